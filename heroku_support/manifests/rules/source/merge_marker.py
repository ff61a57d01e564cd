"""
A merge was committed before it was finished.

The markers are lines like any others to what reads the file, and both versions stand in it.

Before, in `Procfile`:

    <<<<<<< HEAD
    web: gunicorn shop.wsgi
    =======
    web: gunicorn store.wsgi
    >>>>>>> feature

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.source import Source

rule = Rule(__name__, "error")

MARKERS = ("<<<<<<< ", ">>>>>>> ")


@rule.check
def check(source: Source) -> Iterator[Finding]:
    """
    Look for what git leaves in a conflict.
    """
    for number, line in enumerate(source.lines, 1):
        if line.startswith(MARKERS):
            yield rule.finding(
                source,
                source.start(number),
                "A marker of a merge that was not finished",
                fix="Keep one of the versions, and remove the three lines of markers.",
            )
