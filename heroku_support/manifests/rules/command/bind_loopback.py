"""
A web process listens on this dyno's own address only.

The router comes from outside: it reaches `0.0.0.0` or `[::]`, never `127.0.0.1`. The dyno is
stopped after 60 seconds (R10).

Before, in `Procfile`:

    web: gunicorn --bind 127.0.0.1:$PORT shop.wsgi

After, in `Procfile`:

    web: gunicorn --bind 0.0.0.0:$PORT shop.wsgi
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import hosts

rule = Rule(__name__, "error")


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for the loopback address.
    """
    for call, word in hosts(command):
        match = re.match(
            r"(?:https?://)?(127\.\d+\.\d+\.\d+|localhost|\[::1\])(?=:|$)", word.text
        )
        if match:
            yield rule.finding(
                command.source,
                word.start,
                f"{call.program.program} listens on {match[1]}, where no router reaches it",
                fix=f"Write: {word.text.replace(match[1], '0.0.0.0')}",
            )
