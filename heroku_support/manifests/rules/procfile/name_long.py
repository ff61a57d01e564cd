"""
The name of a process is longer than 63 characters.

Fir fails the build.

Before, in `Procfile`:

    a-worker-for-the-tasks-that-nobody-wants-to-wait-for-at-the-end-of-the-day: celery -A shop worker

After, in `Procfile`:

    slow: celery -A shop worker
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.procfile import LONGEST_NAME, Procfile
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for long names.
    """
    for process in procfile.processes:
        if len(process.name) > LONGEST_NAME:
            yield rule.finding(
                procfile.source,
                process.start,
                f"A name of {len(process.name)} characters: Fir takes {LONGEST_NAME}",
                fix="Use a shorter name.",
                severity="error" if procfile.target == "fir" else "warning",
            )
