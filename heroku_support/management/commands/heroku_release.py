"""
``manage.py heroku_release``: the whole release phase.
"""

from __future__ import annotations

from heroku_support.management.release_command import ReleaseCommand
from heroku_support.release.runner import run_release
from heroku_support.release.steps import Release, default_steps


class Command(ReleaseCommand):
    """
    For the Procfile: ``release: python manage.py heroku_release``.
    """

    help = "Migrate under a lock, then make the superuser; safe to run twice at once."

    def perform(self, release: Release) -> None:
        """
        Run the release.
        """
        run_release(release, default_steps())
