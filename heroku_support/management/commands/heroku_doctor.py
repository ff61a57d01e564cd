"""
``manage.py heroku_doctor``: what is wrong with the files that Heroku reads.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from heroku_support.dyno import Dyno
from heroku_support.management.connected import connected
from heroku_support.management.settings_checks import checked
from heroku_support.manifests import command
from heroku_support.manifests.command import DoctorError


class Command(BaseCommand):
    """
    Examines Procfile, heroku.yml, app.json and their like, and the settings.
    """

    help = "Say what is wrong with the files that Heroku reads, and where."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add the doctor's options.
        """
        command.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Print the report; end with the doctor's exit status.
        """
        self.stdout.ending = ""
        is_plain = (
            Dyno.from_environ().vars.get("NO_COLOR") and not options["force_color"]
        )
        color = self.style.ERROR("") != "" and not is_plain
        try:
            status = command.run(
                options,
                self.stdout.write,
                color=color,
                check=checked,
                connect=connected,
            )
        except DoctorError as error:
            raise CommandError(str(error), returncode=command.COULD_NOT_RUN) from error
        if status:
            self.stdout.flush()
            raise SystemExit(status)
