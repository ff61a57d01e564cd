"""
The name of a process has a capital.

Cedar knows `web` and `release` in lower case only: `Web` gets no requests. Fir turns capitals
into lower case.

Before, in `Procfile`:

    Web: gunicorn shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.procfile import NAME, Procfile
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for capitals.
    """
    for process in procfile.processes:
        lower = process.name.lower()
        if lower == process.name or not NAME.match(process.name):
            continue
        is_special = lower in ("web", "release")
        end = process.start + len(process.name)
        yield rule.finding(
            procfile.source,
            process.start,
            f"Cedar does not take '{process.name}' for '{lower}'"
            if is_special
            else f"Fir renames '{process.name}' to '{lower}'",
            fix=f"Write: {lower}: {process.command.text}",
            edits=[Edit(process.start, end, lower)] if is_special else [],
            severity="error" if is_special else "warning",
        )
