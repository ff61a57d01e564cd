"""
A database lacks an extension that the project needs.

PostGIS for GeoDjango's backend, and what `HEROKU_SUPPORT_RELEASE_EXTENSIONS` names. A release
creates those; until then whatever uses them fails. One that the server does not have at hand,
nobody can create there: that is an error.
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
    Name each that is not there.
    """
    for database in project.live.databases:
        for name, is_at_hand in sorted(database.missing.items()):
            yield rule.at(
                database.place.path,
                f"{database.name} lacks the extension {name}"
                + ("" if is_at_hand else ", and its server does not have it"),
                fix=f"heroku run python manage.py heroku_extensions {name}"
                if is_at_hand
                else "Move to a server that has it, such as: heroku addons:create"
                " heroku-postgresql:essential-0",
                position=database.place.position,
                severity=None if is_at_hand else "error",
            )
