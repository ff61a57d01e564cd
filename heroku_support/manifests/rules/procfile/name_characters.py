"""
The name of a process has a character that no dialect of the Procfile takes.

Letters, digits, `-` and `_` are what Cedar's expression matches; a line with another name is
passed over. Fir fails the build, also for a name that begins or ends with `-` or `_`.

Before, in `Procfile`:

    celery.worker: celery -A shop worker

After, in `Procfile`:

    celery-worker: celery -A shop worker
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding, Severity
from heroku_support.manifests.procfile import NAME, Procfile
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for names that are none.
    """
    for process in procfile.processes:
        usable = re.sub(r"[^A-Za-z0-9_]+", "-", process.name).strip("-_") or "web"
        fix = f"Write: {usable}: {process.command.text}"
        if not NAME.match(process.name):
            message = "is no name of a process: only letters, digits, - and _"
            severity: Severity = "error"
        elif process.name.strip("-_") != process.name:
            message = "is no name on Fir: it begins and ends with a letter or digit"
            severity = "error" if procfile.target == "fir" else "warning"
        else:
            continue
        yield rule.finding(
            procfile.source,
            process.start,
            f"'{process.name}' {message}",
            fix=fix,
            severity=severity,
        )
