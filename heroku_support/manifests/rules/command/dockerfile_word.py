"""
A word of a Dockerfile stands before the command.

A shell reads the command of a process: it looks for a program called `CMD`, and does not find it.

Before, in `Procfile`:

    web: CMD gunicorn shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for an instruction in front.
    """
    first = next(command.words, None)
    if first and first.text in ("CMD", "ENTRYPOINT", "RUN"):
        rest = command.text.strip()[len(first.text) :].strip()
        yield rule.finding(
            command.source,
            first.start,
            f"{first.text} is an instruction of a Dockerfile, and no program",
            fix=f"Write: {rest}",
            edits=[Edit(first.start, command.source.text.index(rest, first.end), "")]
            if rest and rest in command.source.text[first.end : command.end]
            else [],
        )
