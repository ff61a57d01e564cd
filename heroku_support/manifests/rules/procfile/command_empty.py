"""
A process has no command.

Cedar passes over the line, Fir fails the build.

Before, in `Procfile`:

    web:

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.procfile import Procfile
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for names with nothing behind them.
    """
    for process in procfile.processes:
        if not process.command.text:
            yield rule.finding(
                procfile.source,
                process.start,
                f"'{process.name}' has no command",
                fix=f"Write what it runs: {process.name}: gunicorn PROJECT.wsgi",
            )
