"""
A new app gets no database by itself.

The buildpack adds a Postgres to an app's first deploy where it finds psycopg2. It does not know
psycopg 3.

Before, in `requirements.txt`:

    psycopg[binary]==3.2.9

After, in `requirements.txt`:

    Django==5.2.8
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import text
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "info")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for psycopg 3 alone, without an app.json that asks for a database.
    """
    found = project.dependencies
    if not found or {"psycopg2", "psycopg2-binary"} & found.names:
        return
    manifest = project.app_json
    plans = [text(plan) for _, plan in manifest.addons()] if manifest else []
    if any(plan.startswith("heroku-postgresql") for plan in plans):
        return
    for each in found.requirements:
        if each.name == "psycopg":
            yield rule.finding(
                each.source,
                each.start,
                "With psycopg 3, the first deploy adds no database",
                fix="heroku addons:create heroku-postgresql:essential-0",
            )
