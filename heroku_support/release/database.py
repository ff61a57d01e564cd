"""
Is there a database to release to, and does it answer?
"""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from heroku_support.dyno import Dyno
from heroku_support.errors import DatabaseRefusedError
from heroku_support.redaction import one_line

DUMMY = "django.db.backends.dummy"
NO_DATABASE = (
    "no DATABASE_URL: the database steps are left out. The first release of an app runs"
    " before its add-on is there; if this app has one:"
    " heroku addons:create heroku-postgresql:essential-0"
)
NO_TLS = (
    "heroku_support asks every Postgres that is not local for TLS, and this one has none."
    " Off Heroku, add ?sslmode=disable to DATABASE_URL"
)


def connect(dyno: Dyno, alias: str) -> BaseDatabaseWrapper | None:
    """
    Return the alias's connection, open; None where the environment names no database.

    :raises DatabaseRefusedError: if it cannot be reached, or its data would be lost.
    """
    connection: BaseDatabaseWrapper = connections[alias]
    if connection.settings_dict["ENGINE"] == DUMMY:
        return None
    if connection.vendor == "sqlite" and dyno.is_heroku:
        raise DatabaseRefusedError(
            f"the database {alias!r} is SQLite on a dyno, whose disk is thrown away:"
            " heroku addons:create heroku-postgresql:essential-0"
        )
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise DatabaseRefusedError(_why(alias, error)) from error
    return connection


def _why(alias: str, error: DatabaseError) -> str:
    text = one_line(error)
    hint = f" {NO_TLS}" if "does not support SSL" in text else ""
    return f"the database {alias!r} cannot be reached: {text}.{hint}"
