"""
``manage.py heroku_migrate``: migrate under the release lock.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import connections

from heroku_support.management.release_command import MigratingCommand
from heroku_support.release.context import Release
from heroku_support.release.errors import SettingError
from heroku_support.release.runner import run_steps
from heroku_support.release.steps import DATABASE, MIGRATE, PREFLIGHT

STEPS = (PREFLIGHT, DATABASE, MIGRATE)


class Command(MigratingCommand):
    """
    The release's migrations alone, for one-off dynos and CI.
    """

    help = "Migrate while no other release does."

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add the database, and the commit to look from.
        """
        super().add_arguments(parser)
        parser.add_argument(
            "--database",
            choices=tuple(connections),
            help="Its alias; without, every one that a release migrates.",
        )
        parser.add_argument(
            "--since",
            metavar="GIT_REF",
            help="With --check: look at the migrations added since, and at no database.",
        )

    def candidates(self, options: dict[str, Any]) -> tuple[str, ...]:
        """
        Return the one that was named, or all.
        """
        named: str | None = options["database"]
        return (named,) if named else super().candidates(options)

    def perform(self, release: Release, options: dict[str, Any]) -> None:
        """
        Migrate, or show what there is to migrate.
        """
        if options["since"] or options["plan"] or options["check"]:
            _look(release, options)
        else:
            run_steps(release, STEPS)


def _look(release: Release, options: dict[str, Any]) -> None:
    from heroku_support.release.preview import preview, preview_since

    if not options["since"]:
        preview(release, STEPS, check=options["check"])
    elif options["check"]:
        preview_since(release, options["since"])
    else:
        raise SettingError(
            "--since only looks: python manage.py heroku_migrate --check --since"
            f" {options['since']}"
        )
