"""
No space stands behind the colon.

Cedar passes over the line without a word, so the process is missing. `heroku local` and Fir do
run it, which is why nobody sees it before the deploy.

Before, in `Procfile`:

    web:gunicorn shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.procfile import Procfile
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for a command right behind the colon.
    """
    if procfile.target == "fir":
        return
    for process in procfile.processes:
        match = process.line.meant
        if (
            match
            and not match["gap"]
            and not match["space"]
            and match["command"].strip()
        ):
            at = process.command.start
            yield rule.finding(
                procfile.source,
                at,
                f"No space behind the colon: Cedar passes over '{process.name}'",
                fix=f"Write: {process.name}: {process.command.text}",
                edits=[Edit(at, at, " ")],
            )
