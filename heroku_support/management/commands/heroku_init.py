"""
``manage.py heroku_init``: write the files with which a project runs on Heroku.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from heroku_support.scaffold import command
from heroku_support.scaffold.errors import ScaffoldError


class Command(BaseCommand):
    """
    Reads the project, and writes Procfile, app.json and their like, and the settings.
    """

    help = "Write the files with which this project runs on Heroku, and the settings."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add the scaffolder's options.
        """
        command.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Print the report; end with the scaffolder's exit status.
        """
        self.stdout.ending = ""
        try:
            status = command.run(options, self.stdout.write, input)
        except ScaffoldError as error:
            raise CommandError(str(error)) from error
        if status:
            self.stdout.flush()
            raise SystemExit(status)
