"""
``manage.py heroku_explain``: each setting, where it came from and why.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from heroku_support.explain import Explanation, explain, find


class Command(BaseCommand):
    """
    Shows what the ``Heroku`` object in the settings module decided.
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
        heroku = find(vars(import_module(settings.SETTINGS_MODULE)))
        if heroku is None:
            raise CommandError(
                f"{settings.SETTINGS_MODULE} has no Heroku object: write"
                " with Heroku() as heroku: around the settings it is to make."
            )
        found = explain(heroku, settings)
        if options["json"]:
            rows = [each.as_dict() for each in found]
            self.stdout.write(json.dumps(rows, indent=2, default=str))
        else:
            self.stdout.write("\n\n".join(map(_paragraph, found)))


def _paragraph(explanation: Explanation) -> str:
    decision = explanation.decision
    why = f": {decision.why}" if decision.why else ""
    lines = [
        f"{decision.setting} = {decision.value!r}",
        f"    from {decision.source}{why}",
    ]
    if explanation.replaced:
        lines.append("    replaced: the settings have another value now")
    return "\n".join(lines)
