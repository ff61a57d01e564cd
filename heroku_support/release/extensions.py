"""
Postgres extensions, created before the migrations that need them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import Error, connections, transaction

from heroku_support.conf import conf
from heroku_support.redaction import one_line
from heroku_support.release.context import Release
from heroku_support.release.errors import StepError

SETTING = "HEROKU_SUPPORT_RELEASE_EXTENSIONS"
# In whatever schema: from August 2022 to August 2023 Heroku put them into heroku_ext, where
# many still are (help.heroku.com/ZOFBHJCJ).
INSTALLED = "SELECT extname FROM pg_extension"
AVAILABLE = "SELECT name FROM pg_available_extensions"
INSUFFICIENT_PRIVILEGE = "42501"  # SQLSTATE


def ensure_extensions(release: Release, names: Sequence[str] | None = None) -> str:
    """
    Create what is missing in each Postgres database, and return what that was.

    :param names: of the extensions; those of the setting unless given.
    :raises StepError: if the server has none of a name, or refuses it.
    """
    wanted = conf.HEROKU_SUPPORT_RELEASE_EXTENSIONS if names is None else names
    if not wanted:
        return f"skipped: no {SETTING}"
    postgres = [
        alias
        for alias in release.databases
        if connections[alias].vendor == "postgresql"
    ]
    if not postgres:
        return "skipped: no Postgres"
    made = [
        f"{_in(alias)}{name}" for alias in postgres for name in _ensure(alias, wanted)
    ]
    return f"{', '.join(made)} made" if made else "nothing to do"


def _in(alias: str) -> str:
    return "" if alias == "default" else f"{alias}:"


def _ensure(alias: str, wanted: Iterable[str]) -> list[str]:
    connection: Any = connections[alias]
    installed = _names(connection, INSTALLED)
    missing = [name for name in dict.fromkeys(wanted) if name not in installed]
    if not missing:
        return []
    available = _names(connection, AVAILABLE)
    for name in missing:
        if name not in available:
            raise StepError(
                f"extensions: the server of {alias!r} has no {name!r}."
                f' What it has: heroku pg:psql -c "{AVAILABLE}"'
            )
    with transaction.atomic(using=alias):
        for name in missing:
            _create(connection, name)
    _register_types(connection)
    return missing


def _names(connection: Any, sql: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}


def _create(connection: Any, name: str) -> None:
    statement = f"CREATE EXTENSION IF NOT EXISTS {connection.ops.quote_name(name)}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except Error as error:
        # Without where in the extension's own script it was.
        why = one_line(error).partition(" CONTEXT: ")[0]
        hint = f". A role that may: {statement};" if _is_forbidden(error) else ""
        raise StepError(f"extensions: {name!r}: {why}{hint}") from error


def _is_forbidden(error: Error) -> bool:
    # psycopg 3 calls it sqlstate, psycopg2 pgcode.
    codes = {getattr(error.__cause__, name, None) for name in ("sqlstate", "pgcode")}
    return INSUFFICIENT_PRIVILEGE in codes


def _register_types(connection: Any) -> None:
    """
    Tell the connection about types that were not there when it was opened.

    As ``CreateExtension`` of ``django.contrib.postgres`` does: a migration of this very
    release may read or write them.
    """
    from django.contrib.postgres import signals  # needs the driver

    for remembered in (signals.get_hstore_oids, signals.get_citext_oids):
        remembered.cache_clear()  # type: ignore[attr-defined]  # typed as functions
    signals.register_type_handlers(connection)
    if hasattr(connection, "register_geometry_adapters"):
        connection.register_geometry_adapters(connection.connection, True)
