"""
A migration that is pending would break or block the code that is running.

While a release migrates, the old dynos still serve: they ask for columns that are no longer there,
or wait for a table that is locked. [Unsafe migrations](unsafe-migrations.md) has each kind, and what
to write instead. Found by `--connect` alone, because the database knows what is pending; where
`HEROKU_SUPPORT_RELEASE_UNSAFE` is `fail`, it is an error.
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
    Pass on what was found.
    """
    for migration in project.live.migrations:
        yield rule.at(
            migration.place.path,
            migration.message,
            fix=migration.instead,
            position=migration.place.position,
            severity="error" if migration.fails else None,
        )
