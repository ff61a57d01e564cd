"""
A worker waits for tasks, and no add-on brings them.

Celery, RQ, Dramatiq and Huey need a broker between web and worker: a review app, and an app of the
Heroku Button, have only the add-ons that app.json names.

Before, in `Procfile`:

    worker: celery -A shop worker

Before, in `app.json`:

    {
      "addons": ["heroku-postgresql:essential-0"]
    }

After, in `Procfile`:

    worker: celery -A shop worker

After, in `app.json`:

    {
      "addons": ["heroku-postgresql:essential-0", "heroku-redis:mini"]
    }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import text
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

WORKERS = ("celery", "rq", "rqworker", "dramatiq", "huey_consumer", "arq")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for a broker among the add-ons, or for the address of one of your own.
    """
    manifest = project.app_json
    addons = manifest.root.get("addons") if manifest else None
    if not manifest or not addons:
        return
    brokers = facts("variables").words("brokers")
    services = {text(plan).partition(":")[0] for _, plan in manifest.addons()}
    declared = [entry.name for _, entry in manifest.entries("env")]
    is_told = any(re.search("REDIS|AMQP|BROKER|RABBIT", name) for name in declared)
    if services & set(brokers) or is_told:
        return
    for command in project.commands:
        call = command.call(*WORKERS)
        is_worker = any(True for _ in command.manage("rqworker", "rundramatiq"))
        if call or is_worker:
            yield rule.finding(
                manifest.source,
                addons.value.start,
                f"'{command.process}' waits for tasks, and no add-on is a broker",
                fix='Add: "heroku-redis:mini"',
            )
            return
