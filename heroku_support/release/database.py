"""
Which databases are there, do they answer, and may they be written to?
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import Error, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from heroku_support.addons import DATABASE
from heroku_support.own_connection import is_direct
from heroku_support.redaction import one_line
from heroku_support.release.context import Release
from heroku_support.release.errors import DatabaseRefusedError
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
FOLLOWER = (
    "is a follower, which cannot be written to. DATABASE_URL must name its leader:"
    " heroku pg:info"
)

# Seconds.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
REPORT_EVERY = 10.0
# A role or a password that is wrong for longer than this is not about to become right.
WRONG_FOR = 5.0
# Drivers give no code for a connection that fails, only the server's words.
WRONG = re.compile(
    r"authentication failed|does not exist|no pg_hba\.conf entry|does not support SSL"
    r"|certificate verify failed|Access denied|Unknown database"
)


# libpq's PQTRANS_ACTIVE, PQTRANS_INTRANS and PQTRANS_INERROR.
OPEN = (1, 2, 3)


def candidates() -> tuple[str, ...]:
    """
    Return the aliases that a release may have to migrate.

    Not a follower's or a pooled database's second alias, which have ``TEST: MIRROR``, nor one
    for which the project's routers allow no model.
    """
    return tuple(
        alias
        for alias in connections
        if not connections.settings[alias]["TEST"]["MIRROR"] and _is_routed(alias)
    )


def _is_routed(alias: str) -> bool:
    # As Django itself asks: each app's own label, the model's name.
    return not router.routers or any(
        router.allow_migrate_model(alias, model) for model in apps.get_models()
    )


@contextmanager
def past_pooler() -> Iterator[None]:
    """
    Make ``default``, in this thread, a connection with the settings of ``direct``.

    Its name stays: a migration's own code that asks for ``default`` must get the connection
    that migrates, or it waits for the locks of that one for ever. Nothing is changed where
    there is no ``direct``.
    """
    found = next(filter(is_direct, connections), None)
    if not found:
        yield
        return
    pooled = connections["default"]
    direct = connections[found].copy("default")
    connections["default"] = direct
    try:
        yield
    finally:
        connections["default"] = pooled
        direct.close()


def is_there(release: Release) -> bool:
    """
    Whether the environment names a database; none is asked.

    :raises DatabaseRefusedError: if its data would be lost.
    """
    for alias in release.candidates:
        connection = connections[alias]
        if connection.settings_dict["ENGINE"] == DUMMY:
            if alias == "default" and not text(release.dyno.vars, DATABASE):
                return False
            raise DatabaseRefusedError(
                f"the database {alias!r} has no ENGINE: DATABASES = heroku.databases()"
            )
        if connection.vendor == "sqlite" and release.dyno.is_heroku:
            raise DatabaseRefusedError(
                f"the database {alias!r} is SQLite on a dyno, whose disk is thrown away:"
                f" {ADD_ON}"
            )
    return True


def reach(release: Release) -> str:
    """
    Wait until each database answers, and keep those that can be written to.

    :raises DatabaseRefusedError: if one does not, or if ``default`` is a follower.
    """
    until = time.monotonic() + min(release.wait_for_database, release.seconds_left)
    for alias in release.candidates:
        connection = connections[alias]
        _connect(release, alias, connection, until)
        if not _is_follower(connection):
            release.databases.append(alias)
        elif alias == "default":
            raise DatabaseRefusedError(f"the database {alias!r} {FOLLOWER}")
        else:
            release.log(f"the database {alias!r} is a follower: left out")
        # Whoever waits for the lock now needs no second connection: small plans have 20.
        if not connection.in_atomic_block:  # as in a project's tests
            connection.close()
    return ", ".join(
        f"{alias} ({connections[alias].display_name})" for alias in release.databases
    )


def transactions() -> set[str]:
    """
    Return the aliases in which a transaction is open.
    """
    return {
        connection.alias
        for connection in connections.all(initialized_only=True)
        if _is_open(connection)
    }


def _is_open(connection: BaseDatabaseWrapper) -> bool:
    if connection.connection is None:
        return False
    if not connection.autocommit:  # also within atomic()
        return True
    # One that was begun by hand, which Django does not know of.
    is_postgres = connection.vendor == "postgresql"
    return is_postgres and connection.connection.info.transaction_status in OPEN


def _connect(
    release: Release, alias: str, connection: BaseDatabaseWrapper, until: float
) -> None:
    started = time.monotonic()
    reported = -REPORT_EVERY
    pause = FIRST_PAUSE
    while reason := _failure(connection):
        now = time.monotonic()
        if WRONG.search(reason):
            until = min(until, started + WRONG_FOR)
        if now >= until:
            raise DatabaseRefusedError(_why(alias, reason))
        if now - started - reported >= REPORT_EVERY:
            reported = now - started
            wait = release.wait_for_database
            progress = f"{reported:.0f}s of {wait:.0f}s"
            release.log(f"waiting for the database {alias!r} ({progress}): {reason}")
        time.sleep(min(pause * random.uniform(0.9, 1.1), until - now))
        pause = min(pause * 1.6, LONGEST_PAUSE)


def _failure(connection: BaseDatabaseWrapper) -> str:
    try:
        connection.ensure_connection()
    except Error as error:
        return one_line(error)
    return ""


def _why(alias: str, reason: str) -> str:
    hint = f" {NO_TLS}" if "does not support SSL" in reason else ""
    return f"the database {alias!r} cannot be reached: {reason.rstrip('.?')}.{hint}"


def _is_follower(connection: BaseDatabaseWrapper) -> bool:
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        (found,) = cursor.fetchone()
    return bool(found)
