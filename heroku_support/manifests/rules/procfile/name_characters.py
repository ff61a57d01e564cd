"""
The name of a process has a character that no dialect of the Procfile takes.

Letters, digits, `-` and `_` are what Cedar's expression matches; a line with another name is
passed over. Fir fails the build.

Before, in `Procfile`:

    celery.worker: celery -A shop worker

After, in `Procfile`:

    celery-worker: celery -A shop worker
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.procfile import NAME, Procfile
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for names that are none.
    """
    for process in procfile.processes:
        if not NAME.match(process.name):
            usable = re.sub(r"[^A-Za-z0-9_]+", "-", process.name).strip("-") or "web"
            yield rule.finding(
                procfile.source,
                process.start,
                f"'{process.name}' is no name of a process: only letters, digits, - and _",
                fix=f"Write: {usable}: {process.command.text}",
            )
