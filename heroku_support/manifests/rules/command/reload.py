"""
The server watches the source for changes.

`--reload` is for development: it costs memory and time, and nothing changes on a dyno.

Before, in `Procfile`:

    web: gunicorn --reload shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import server

rule = Rule(__name__, "warning")


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for --reload.
    """
    call = server(command)
    word = call.has("--reload") if call else None
    if word:
        yield rule.finding(
            command.source,
            word.start,
            "--reload is for development",
            fix="Remove it.",
        )
