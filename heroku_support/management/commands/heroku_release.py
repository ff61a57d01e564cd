"""
``manage.py heroku_release``: the whole release phase.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from heroku_support.conf import conf
from heroku_support.management.release_command import MigratingCommand, seconds
from heroku_support.release.context import Release
from heroku_support.release.errors import ReleaseError
from heroku_support.release.own_steps import arrange
from heroku_support.release.report import PREFIX
from heroku_support.release.runner import run_release
from heroku_support.release.steps import BUILT_IN, Step, select


class Command(MigratingCommand):
    """
    For the Procfile: ``release: python manage.py heroku_release``.
    """

    help = "Migrate under a lock, then make the superuser; safe to run twice at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add what only the whole release takes.
        """
        super().add_arguments(parser)
        parser.add_argument(
            "--json",
            action="store_true",
            help="Print one JSON document to stdout, and all else to stderr.",
        )
        for option, what in (("--only", "Run"), ("--skip", "Leave out")):
            parser.add_argument(
                option,
                action="extend",
                nargs="+",
                default=[],
                metavar="STEP",
                help=f"{what} these steps.",
            )
        parser.add_argument(
            "--wait-for-db",
            type=seconds,
            metavar="SECONDS",
            help="How long to wait for a database that does not answer (60).",
        )

    def perform(self, release: Release, options: dict[str, Any]) -> None:
        """
        Run the release, or show what it would do.
        """
        steps = _steps(release, options)
        if options["plan"] or options["check"]:
            from heroku_support.release.preview import preview  # not in a release

            preview(release, steps, check=options["check"])
            return
        try:
            run_release(release, steps)
        except ReleaseError as error:
            release.report.error = str(error)
            raise
        finally:
            self._tell(release, as_json=options["json"])

    def _tell(self, release: Release, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(release.output.hide(release.report.as_json()) + "\n")
        elif not self.stdout.isatty():
            release.log(PREFIX + release.report.as_json())


def _steps(release: Release, options: dict[str, Any]) -> list[Step]:
    steps = arrange(BUILT_IN, conf.HEROKU_SUPPORT_RELEASE_STEPS, stage=release.stage)
    return select(steps, only=options["only"], skip=options["skip"])
