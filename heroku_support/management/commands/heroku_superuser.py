"""
``manage.py heroku_superuser``: make the superuser, once.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from heroku_support.management.release_command import ReleaseCommand
from heroku_support.release.context import Release
from heroku_support.release.runner import run_steps
from heroku_support.release.steps import DATABASE, Step
from heroku_support.release.superuser import ensure_superuser


class Command(ReleaseCommand):
    """
    Calling it by hand is asking for it, wherever the app runs.
    """

    help = "Make the superuser that DJANGO_SUPERUSER_* names, unless there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add ``--update-password``.
        """
        super().add_arguments(parser)
        parser.add_argument(
            "--update-password",
            action="store_true",
            help="Give a superuser who is there the password of the variable.",
        )

    def perform(self, release: Release, options: dict[str, Any]) -> None:
        """
        Make it.
        """
        run = partial(
            ensure_superuser, asked=True, update_password=options["update_password"]
        )
        run_steps(release, [DATABASE, Step("superuser", run)])
