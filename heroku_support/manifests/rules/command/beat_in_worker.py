"""
A Celery worker has the beat in it.

Every dyno of this process runs a beat of its own: with two of them each task is sent twice. A
process type of its own, scaled to one, sends it once.

Before, in `Procfile`:

    worker: celery -A shop worker -B

After, in `Procfile`:

    worker: celery -A shop worker
    beat: celery -A shop beat
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
    Look for -B behind worker.
    """
    for call in command.calls("celery"):
        word = call.has("-B", "--beat")
        if word and call.has("worker"):
            yield rule.finding(
                command.source,
                word.start,
                "At two dynos, this beat sends each task twice",
                fix="Remove it, and add the line: beat: celery -A PROJECT beat",
            )
