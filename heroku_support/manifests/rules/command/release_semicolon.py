"""
A release goes on after a command that failed.

The status of `a; b` is that of `b`: a migration that fails is not seen, and the new code goes
live without it. `a && b` stops.

Before, in `Procfile`:

    release: python manage.py migrate; python manage.py createcachetable

After, in `Procfile`:

    release: python manage.py migrate && python manage.py createcachetable
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
    Look for semicolons in the release.
    """
    if command.process != "release" or "set -e" in command.text:
        return
    for part, following in zip(command.parts, command.parts[1:], strict=False):
        if (
            part.operator
            and part.operator.text == ";"
            and part.words
            and following.words
        ):
            yield rule.finding(
                command.source,
                part.operator.start,
                "Whether the command before ';' fails, nobody asks",
                fix="Write && instead.",
            )
