"""
A pooler stands before a database, and Django keeps cursors on the server.

PgBouncer gives each transaction another connection, unless it is in session mode; a cursor that was
opened in one is not there in the next: `.iterator()` then fails with "cursor does not exist". The
doctor has seen the pooler by its answer: it tells another process id than the server's.
`heroku.databases()` knows Heroku's pooler by its config var, and PgBouncer on the dyno by its port;
of any other it must be told.
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
    Compare what was seen with what Django is told.
    """
    for database in project.live.databases:
        if database.is_pooled and database.has_cursors:
            yield rule.at(
                database.place.path,
                f"A pooler stands before {database.name}, and Django may keep cursors"
                " on the server",
                fix=f'{database.name}["DISABLE_SERVER_SIDE_CURSORS"] = True',
                position=database.place.position,
            )
