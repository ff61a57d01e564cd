"""
`worker` stands before `-A`.

Celery 5 takes the app first: "celery worker -A shop" ends with an error.

Before, in `Procfile`:

    worker: celery worker -A shop

After, in `Procfile`:

    worker: celery -A shop worker
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look at the order, where Celery is not older.
    """
    found = project.dependencies
    version = found.versions.get("celery", ()) if found else ()
    if version and version < (5,):
        return
    for command in project.commands:
        for call in command.calls("celery"):
            first = call.arguments[0].text if call.arguments else ""
            option = call.option("-A", "--app")
            if first in ("worker", "beat", "flower", "multi") and option:
                yield rule.finding(
                    command.source,
                    call.arguments[0].start,
                    f"Celery 5 does not take '{first}' before the app",
                    fix=f"Write: celery -A {option.text} {first}",
                    severity="error" if version else "warning",
                )
