"""
``manage.py heroku_superuser``: make the superuser, once.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from heroku_support.dyno import Dyno
from heroku_support.errors import ReleaseError
from heroku_support.release import database
from heroku_support.release.superuser import ensure_superuser


class Command(BaseCommand):
    """
    Calling it by hand is asking for it, wherever the app runs.
    """

    help = "Make the superuser that DJANGO_SUPERUSER_* names, unless there is one."

    # It refuses a database that will be lost with an exit status of its own.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Make it.
        """
        dyno = Dyno.from_environ()
        try:
            if database.connect(dyno, "default") is None:
                self.stdout.write(f"warning: {database.NO_DATABASE}")
                return
            self.stdout.write(
                f"superuser: {ensure_superuser(dyno, 'default', asked=True)}"
            )
        except ReleaseError as error:
            raise CommandError(str(error), returncode=error.returncode) from error
