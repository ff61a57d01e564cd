"""
gunicorn wants longer to stop than it is given.

30 seconds after SIGTERM a dyno gets SIGKILL, whatever it is doing.

Before, in `Procfile`:

    web: gunicorn --graceful-timeout 60 shop.wsgi

After, in `Procfile`:

    web: gunicorn --graceful-timeout 20 shop.wsgi
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
    Look for a graceful timeout beyond the dyno's.
    """
    call = server(command, "gunicorn")
    word = call.option("--graceful-timeout") if call else None
    if word and word.text.isdecimal() and float(word.text) > 30:
        yield rule.finding(
            command.source,
            word.start,
            f"A dyno gets SIGKILL 30 seconds after SIGTERM, not {word.text}",
            fix="Write: --graceful-timeout 20",
        )
