"""
Look for what is unsafe in a plan of migrations.

Django itself says what each operation would run, as SQL, and that is judged; so is the SQL in
RunSQL. An operation with a ``database_forwards`` of its own, from another package or from the
project, is not asked, for it may do anything; if it has an attribute ``sql``, that is judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from heroku_support.release.unsafe import recorder
from heroku_support.release.unsafe.catalogue import Catalogue, Table
from heroku_support.release.unsafe.findings import LOCKS, Finding
from heroku_support.release.unsafe.marks import is_after_deploy, is_safe, with_reason
from heroku_support.release.unsafe.sql import judge
from heroku_support.release.unsafe.walk import Walk


def scan(
    migrations: Sequence[Migration],
    state: ProjectState,
    connection: BaseDatabaseWrapper,
) -> list[Finding]:
    """
    Return what is unsafe in the migrations, in their order, while code of the state runs.

    Whether a table is locked for long is known for Postgres only; elsewhere that is left out.
    """
    if not state.models:
        return []  # nothing is there that anybody could use
    dialect = recorder.dialect(connection)
    catalogue = Catalogue.of(state, dialect)
    state = state.clone()
    findings: list[Finding] = []
    for migration in migrations:
        found = _scan_migration(migration, state, catalogue, dialect)
        if not is_safe(migration):
            findings += (with_reason(finding, migration) for finding in found)
    return [
        finding
        for finding in findings
        if finding.kind != LOCKS or connection.vendor == "postgresql"
    ]


def _scan_migration(
    migration: Migration, state: ProjectState, catalogue: Catalogue, dialect: Any
) -> list[Finding]:
    walk = Walk(catalogue, migration, Operation())
    if is_after_deploy(migration):
        walk.operation = (
            migration.operations[0] if migration.operations else Operation()
        )
        walk.found("marked-after-deploy", Table("", model=migration.app_label))
        walk.end()
    for operation in migration.operations:
        walk.operation = operation
        before = state.clone()
        operation.state_forwards(migration.app_label, state)
        _scan_operation(walk, operation, dialect, before, state)
        walk.end()
    return walk.findings


def _scan_operation(
    walk: Walk,
    operation: Operation,
    dialect: Any,
    before: ProjectState,
    after: ProjectState,
) -> None:
    app_label = walk.migration.app_label
    if not walk.migration.atomic:
        walk.locked = ""
    if isinstance(operation, SeparateDatabaseAndState):
        _scan_separated(walk, operation, dialect, before)
    elif isinstance(operation, RunPython):
        _scan_python(walk, operation, dialect.alias)
    elif isinstance(operation, RunSQL) or not _is_djangos(operation):
        walk.is_written = True
        for script in _scripts(walk, operation, dialect.alias):
            judge(walk, script)
    else:
        walk.is_written = False
        for statement in recorder.recorded(
            operation, app_label, dialect, before, after
        ):
            if not walk.migration.atomic:
                walk.locked = ""
            judge(walk, statement)


def _scan_separated(
    walk: Walk, operation: SeparateDatabaseAndState, dialect: Any, before: ProjectState
) -> None:
    for inner in operation.database_operations:
        after = before.clone()
        inner.state_forwards(walk.migration.app_label, after)
        _scan_operation(walk, inner, dialect, before, after)
        before = after


def _scan_python(walk: Walk, operation: RunPython, alias: str) -> None:
    is_allowed = router.allow_migrate(
        alias, walk.migration.app_label, **operation.hints
    )
    if is_allowed and walk.locked and operation.code is not RunPython.noop:
        walk.found("data-after-schema", walk.catalogue.table(walk.locked))


def _is_djangos(operation: Operation) -> bool:
    return type(operation).database_forwards.__module__.startswith("django.")


def _scripts(walk: Walk, operation: Operation, alias: str) -> Iterator[str]:
    """
    Return the SQL that somebody wrote; each script is a transaction where there is none.
    """
    hints = getattr(operation, "hints", {})
    if not router.allow_migrate(alias, walk.migration.app_label, **hints):
        return
    sql = getattr(operation, "sql", "")
    for script in [sql] if isinstance(sql, str) else sql:
        if not walk.migration.atomic:
            walk.locked = ""
        yield script if isinstance(script, str) else script[0]
