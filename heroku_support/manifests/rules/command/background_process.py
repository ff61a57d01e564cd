"""
`&` starts a second program in the same dyno.

Heroku watches the one in front. When the other ends nobody sees it, and on SIGTERM nobody tells it
to. A process type of its own is restarted, scaled and logged. An `&` at the end leaves nothing in
front: the dyno stops at once.

Before, in `Procfile`:

    web: celery -A shop worker & gunicorn shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
    worker: celery -A shop worker
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
    Look for a single ampersand between two commands, and for one behind the last.
    """
    *before, last = command.parts
    operator = before[-1].operator if before and not last.words else None
    if operator and operator.text == "&":
        yield rule.finding(
            command.source,
            operator.start,
            "The shell ends at once, and the dyno with it: what it started is behind it",
            fix="Remove the &.",
            severity="error",
        )
    for part, following in zip(command.parts, command.parts[1:], strict=False):
        if (
            part.operator
            and part.operator.text == "&"
            and part.words
            and following.words
        ):
            yield rule.finding(
                command.source,
                part.operator.start,
                f"When '{part.words[0].text}' ends in the background, nobody sees it",
                fix="Give each its own process type.",
            )
