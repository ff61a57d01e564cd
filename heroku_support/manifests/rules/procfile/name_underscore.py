"""
The name of a process has an underscore.

Fir renames it: `celery_beat` becomes `celery-beat`, and neither `heroku ps:scale celery_beat=1`
nor the formation in `app.json` finds it any more. Cedar keeps it.

Before, in `Procfile`:

    celery_beat: celery -A shop beat

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
    Look for underscores.
    """
    for process in procfile.processes:
        if (
            "_" in process.name
            and NAME.match(process.name)
            and procfile.target != "cedar"
        ):
            renamed = process.name.replace("_", "-")
            yield rule.finding(
                procfile.source,
                process.start,
                f"Fir renames '{process.name}' to '{renamed}'",
                fix="Use a name without an underscore, here and where it is scaled.",
                severity="warning" if procfile.target == "fir" else "info",
            )
