"""
White space stands before the colon.

Cedar takes `: gunicorn shop.wsgi` for the command. A colon is the shell's command that does
nothing: the dyno starts, ends at once with status 0, and is reported as crashed without an error.

Before, in `Procfile`:

    web : gunicorn shop.wsgi

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
    Look for a gap between name and colon.
    """
    for process in procfile.processes:
        match = process.line.meant
        if match and match["gap"]:
            start = process.line.start + match.start("gap")
            end = process.line.start + match.end("gap")
            yield rule.finding(
                procfile.source,
                start,
                f"A space before the colon: Cedar runs ': {process.command.text[:40]}', "
                "which does nothing",
                fix=f"Write: {process.name}: {process.command.text}",
                edits=[Edit(start, end, "")],
            )
