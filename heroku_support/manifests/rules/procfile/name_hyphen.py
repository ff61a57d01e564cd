"""
The name of a process has a hyphen.

`heroku local` without arguments refuses the whole file for it (client 11.10). Dynos run it.

Before, in `Procfile`:

    celery-beat: celery -A shop beat

After, in `Procfile`:

    beat: celery -A shop beat
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.procfile import NAME, Procfile
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "info")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for hyphens.
    """
    names = ",".join(dict.fromkeys(process.name for process in procfile.processes))
    for process in procfile.processes:
        if "-" in process.name and NAME.match(process.name):
            yield rule.finding(
                procfile.source,
                process.start,
                f"'heroku local' without arguments refuses '{process.name}'",
                fix=f"Use a name without a hyphen, or run: heroku local {names}",
            )
