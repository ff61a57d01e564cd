"""
Is there a database to release to, and does it answer?
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from heroku_support.addons import DATABASE
from heroku_support.dyno import Dyno
from heroku_support.errors import DatabaseRefusedError
from heroku_support.own_connection import is_direct
from heroku_support.redaction import one_line
from heroku_support.settings.databases import DUMMY
from heroku_support.variables import text

ADD_ON = "heroku addons:create heroku-postgresql:essential-0"
NO_DATABASE = (
    "no DATABASE_URL: the database steps are left out. The first release of an app runs"
    f" before its add-on is there; if this app has none: {ADD_ON}"
)
NO_TLS = (
    "heroku_support asks every Postgres that is not local for TLS, and this one has none."
    " Off Heroku, add ?sslmode=disable to DATABASE_URL"
)


@contextmanager
def past_pooler(alias: str) -> Iterator[None]:
    """
    Make ``default``, in this thread, a connection with the settings of ``direct``.

    Its name stays: a migration's own code that asks for ``default`` must get the connection
    that migrates, or it waits for the locks of that one for ever. Nothing is changed where
    there is no ``direct``, or where another alias is meant.
    """
    found = next(filter(is_direct, connections), None)
    if alias != "default" or not found:
        yield
        return
    pooled = connections[alias]
    direct = connections[found].copy(alias)
    connections[alias] = direct
    try:
        yield
    finally:
        connections[alias] = pooled
        direct.close()


def is_there(dyno: Dyno, alias: str) -> bool:
    """
    Whether the environment names a database.

    :raises DatabaseRefusedError: if it cannot be reached, or its data would be lost.
    """
    connection: BaseDatabaseWrapper = connections[alias]
    if connection.settings_dict["ENGINE"] == DUMMY:
        if not text(dyno.vars, DATABASE):
            return False
        raise DatabaseRefusedError(
            f"the database {alias!r} has no ENGINE: DATABASES = heroku.databases()"
        )
    if connection.vendor == "sqlite" and dyno.is_heroku:
        raise DatabaseRefusedError(
            f"the database {alias!r} is SQLite on a dyno, whose disk is thrown away:"
            f" {ADD_ON}"
        )
    try:
        connection.ensure_connection()
    except Error as error:
        raise DatabaseRefusedError(_why(alias, error)) from error
    # Whoever waits for the lock now needs no second connection: small plans have 20.
    connection.close()
    return True


def _why(alias: str, error: Error) -> str:
    text = one_line(error)
    hint = f" {NO_TLS}" if "does not support SSL" in text else ""
    return f"the database {alias!r} cannot be reached: {text}.{hint}"
