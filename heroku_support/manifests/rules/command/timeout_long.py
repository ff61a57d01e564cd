"""
gunicorn waits longer for a response than the router does.

After 30 seconds the router answers with an error (H12), and the worker goes on for nobody. A
timeout below that frees it.

Before, in `Procfile`:

    web: gunicorn --timeout 120 shop.wsgi

After, in `Procfile`:

    web: gunicorn --timeout 25 shop.wsgi
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
    Look for a timeout that is longer than the router's.
    """
    call = server(command, "gunicorn")
    word = call.option("-t", "--timeout") if call else None
    if (
        word
        and word.text.isdecimal()
        and (float(word.text) > 30 or float(word.text) == 0)
    ):
        shown = f"{word.text} seconds" if float(word.text) else "for ever"
        yield rule.finding(
            command.source,
            word.start,
            f"gunicorn waits {shown}, and the router gives up after 30",
            fix="Write: --timeout 25",
        )
