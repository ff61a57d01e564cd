"""
What a CREATE INDEX CONCURRENTLY leaves that fails: an index which is not valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation

from heroku_support.release.lock import Log

INVALID = """
    SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT indisvalid AND relkind = 'i' AND relname = ANY(%s)
      AND pg_table_is_visible(indexrelid)
"""


def drop_invalid(
    connection: BaseDatabaseWrapper, migration: Migration, *, log: Log
) -> None:
    """
    Drop the invalid indexes that a migration is about to create, or it finds their names taken.
    """
    names = list(_concurrent(migration.operations))
    if not names:
        return
    with connection.cursor() as cursor:
        cursor.execute(INVALID, [names])
        for (name,) in cursor.fetchall():
            log(f"the index {name}, which an earlier try left invalid, is dropped")
            quoted = connection.ops.quote_name(name)
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted}")


def _concurrent(operations: Iterable[Operation]) -> Iterator[str]:
    # It imports a Postgres driver.
    from django.contrib.postgres.operations import AddIndexConcurrently

    for operation in operations:
        if isinstance(operation, AddIndexConcurrently):
            yield operation.index.name
        elif isinstance(operation, SeparateDatabaseAndState):
            yield from _concurrent(operation.database_operations)
