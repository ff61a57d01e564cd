"""
A web process listens on a port of its own choice.

The router speaks to the port in `$PORT`, which is another one at each start; a dyno that does
not listen there within 60 seconds is stopped (R10). gunicorn binds to `$PORT` by itself.

Before, in `Procfile`:

    web: gunicorn --bind 0.0.0.0:8000 shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import ports

rule = Rule(__name__, "error")


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for ports in digits.
    """
    for call, word in ports(command):
        number = re.search(r"(?:^|:)(\d+)/?$", word.text)
        if number:
            yield rule.finding(
                command.source,
                word.start,
                f"{call.program.program} listens on port {number[1]}, and the router asks on $PORT",
                fix=f"Write: {word.text[: number.start(1)]}$PORT",
            )
