"""
``manage.py heroku_superuser``: make the superuser, once.
"""

from __future__ import annotations

from heroku_support.management.release_command import ReleaseCommand
from heroku_support.release.runner import run_release
from heroku_support.release.steps import ASKED_SUPERUSER, Release


class Command(ReleaseCommand):
    """
    Calling it by hand is asking for it, wherever the app runs.
    """

    help = "Make the superuser that DJANGO_SUPERUSER_* names, unless there is one."

    def perform(self, release: Release) -> None:
        """
        Make it.
        """
        run_release(release, [ASKED_SUPERUSER])
