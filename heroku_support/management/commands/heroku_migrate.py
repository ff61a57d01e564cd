"""
``manage.py heroku_migrate``: migrate under the release lock.
"""

from __future__ import annotations

from django.core.management.base import CommandParser
from django.db import connections

from heroku_support.management.release_command import ReleaseCommand
from heroku_support.release.runner import run_release
from heroku_support.release.steps import MIGRATE, Release


class Command(ReleaseCommand):
    """
    The release's migrations alone, for one-off dynos and CI.
    """

    help = "Migrate one database while no other release does."

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add the database.
        """
        super().add_arguments(parser)
        parser.add_argument(
            "--database",
            default="default",
            choices=tuple(connections),
            help="Its alias.",
        )

    def perform(self, release: Release) -> None:
        """
        Migrate.
        """
        run_release(release, [MIGRATE])
