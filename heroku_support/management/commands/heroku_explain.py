"""
``manage.py heroku_explain``: each setting, where it came from and why.
"""

from __future__ import annotations

import json
import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from heroku_support.explain import explain, find


class Command(BaseCommand):
    """
    Shows what the ``Heroku`` objects of the settings module decided.
    """

    help = "Show each setting that heroku_support made: its value, source and reason."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add ``--json``.
        """
        parser.add_argument("--json", action="store_true", help="For programs.")

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Print the explanations.
        """
        module = getattr(settings, "SETTINGS_MODULE", None) or "no settings module"
        objects = find(module)
        if not objects:
            raise CommandError(
                f"{module} has no Heroku object: write"
                " with Heroku() as heroku: around the settings it is to make."
            )
        found = explain(objects, settings)
        if options["json"]:
            rows = [each.as_dict() for each in found]
            self.stdout.write(json.dumps(rows, indent=2))
            return
        width = shutil.get_terminal_size().columns
        self.stdout.write(f"# {module}, phase {objects[-1].dyno.phase}\n\n", ending="")
        self.stdout.write("\n\n".join(each.as_text(width) for each in found))
