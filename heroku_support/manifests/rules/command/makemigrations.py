"""
`makemigrations` runs on Heroku.

The files that it writes are gone when the dyno ends, and the next dyno may make others of the same
name. Migrations are made on your machine, and committed.

Before, in `Procfile`:

    release: python manage.py makemigrations && python manage.py migrate

After, in `Procfile`:

    release: python manage.py migrate
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for makemigrations anywhere.
    """
    for word in command.manage("makemigrations"):
        yield rule.finding(
            command.source,
            word.start,
            "makemigrations writes files that are gone when this dyno ends",
            fix="Remove it; run it on your machine, and commit what it writes.",
        )
