"""
``manage.py heroku_extensions``: create Postgres extensions.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from heroku_support.conf import conf
from heroku_support.management.release_command import ReleaseCommand
from heroku_support.release import database
from heroku_support.release.context import Release
from heroku_support.release.errors import SettingError
from heroku_support.release.extensions import SETTING, ensure_extensions
from heroku_support.release.runner import run_steps
from heroku_support.release.steps import DATABASE, Step


class Command(ReleaseCommand):
    """
    The release's extensions alone, or others.
    """

    help = "Create extensions in each Postgres database, unless they are there."

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add the names.
        """
        super().add_arguments(parser)
        parser.add_argument(
            "names",
            nargs="*",
            metavar="NAME",
            help=f"Such as citext; without, those of {SETTING}.",
        )

    def candidates(self, options: dict[str, Any]) -> tuple[str, ...]:
        """
        Return every alias that a release looks at.
        """
        return database.candidates()

    def perform(self, release: Release, options: dict[str, Any]) -> None:
        """
        Create them.
        """
        names = options["names"] or conf.HEROKU_SUPPORT_RELEASE_EXTENSIONS
        if not names:
            raise SettingError(
                f"which ones? Name them, or list them: {SETTING} = ['citext']"
            )
        run = partial(ensure_extensions, names=names)
        run_steps(release, [DATABASE, Step("extensions", run)])
