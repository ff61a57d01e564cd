"""
Is the database as the code expects it?
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from heroku_support import migration_names, own_connection
from heroku_support.errors import CheckError
from heroku_support.health.checks.aliases import chosen
from heroku_support.health.checks.call import Call
from heroku_support.health.checks.database import CONNECT_TIMEOUT

MOST_NAMED = 3


def find(
    name: str, *, decides: bool = False, aliases: str | Sequence[str] = "default"
) -> list[Call]:
    """
    Return a check for each alias.
    """
    return [
        Call(f"{name}:{alias}", partial(look, alias), decides=decides)
        for alias in chosen(aliases, connections)
    ]


def look(alias: str) -> None:
    """
    Compare the names of the migrations with those that were applied; none is imported.

    :raises CheckError: if one was not.
    """
    pending = sorted(".".join(each) for each in _on_disk() - _applied(alias))
    if pending:
        named = ", ".join(pending[:MOST_NAMED])
        more = f" and {len(pending) - MOST_NAMED} more" * (len(pending) > MOST_NAMED)
        raise CheckError(f"pending: {named}{more}")


def _applied(alias: str) -> set[migration_names.Key]:
    connection = own_connection.open_own(alias, connect_timeout=CONNECT_TIMEOUT)
    try:
        if not MigrationRecorder(connection).has_table():
            return set()
        # Not through its model, which would take the app's connection.
        table = connection.ops.quote_name(MigrationRecorder.Migration._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT app, name FROM {table}")
            return set(cursor.fetchall())
    finally:
        own_connection.close(connection)


@lru_cache(maxsize=1)
def _on_disk() -> set[migration_names.Key]:
    # They do not change while a process lives.
    return migration_names.on_disk()
