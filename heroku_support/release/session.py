"""
The session in which a database is migrated: whose it is, and how long it may wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from heroku_support.release.context import Release
from heroku_support.release.ladder import LOCK_TIMEOUTS
from heroku_support.release.postgres_lock import OBJECT, is_pooled

# The schema is what the lock is for: its statement may outlive its client, and be found by it.
NAME = f"' migrating ' || {OBJECT}::text"
# `false` is for the session, `true` for the transaction.
CONFIGURE = f"""
    SELECT set_config('application_name', %s || {NAME}, {{0}}),
      set_config('lock_timeout', %s, {{0}}), set_config('statement_timeout', %s, {{0}})
"""
CONFIGURE_SESSION = CONFIGURE.format("false")
CONFIGURE_TRANSACTION = CONFIGURE.format("true")
# Otherwise the server goes on with a statement whose client was killed.
LOOK_AFTER_CLIENT = "SET client_connection_check_interval = '1s'"
RESET = "RESET lock_timeout; RESET statement_timeout"
IDLE = 0  # libpq's PQTRANS_IDLE


class Session:
    """
    That of a database which has no timeouts of ours.
    """

    is_pooled = False

    def __init__(self, release: Release, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.alias = connection.alias
        self._release = release
        self._lock_timeout = LOCK_TIMEOUTS[0]

    def limit(self, lock_timeout: float) -> None:
        """
        Say how many seconds a statement may wait for a lock from now on.
        """
        self._lock_timeout = lock_timeout

    @property
    def _values(self) -> list[str]:
        left = max(1, int(self._release.seconds_left * 1000))  # 0 would be for ever
        return [self._release.name, f"{self._lock_timeout * 1000:.0f}", str(left)]


class DirectSession(Session):
    """
    That of a Postgres, which keeps what it is told until the session ends.
    """

    def reconnected(self, *, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
        """
        Prepare a new session as well: the receiver of ``connection_created``.
        """
        if connection is self.connection:
            self.prepare()

    def prepare(self) -> None:
        """
        Tell the server what holds for the whole of the session.
        """
        self._configure()
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(LOOK_AFTER_CLIENT)
        except Error:
            pass  # a server on a platform that cannot, as on some developers' machines

    def limit(self, lock_timeout: float) -> None:
        """
        Say how many seconds a statement may wait for a lock from now on.
        """
        super().limit(lock_timeout)
        self._configure()

    def reset(self) -> None:
        """
        Let the steps that follow wait as long as they like.
        """
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(RESET)
        except Error:
            self.connection.close()

    def _configure(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(CONFIGURE_SESSION, self._values)


class PooledSession(Session):
    """
    That of a Postgres behind a pooler, where others get what a session is told.
    """

    is_pooled = True

    def configure_transaction(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        """
        Begin each transaction with what is to hold for it alone: an execute wrapper.
        """
        driver = self.connection.connection
        is_first = driver.info.transaction_status == IDLE
        if self.connection.in_atomic_block and is_first:
            with driver.cursor() as cursor:
                cursor.execute(CONFIGURE_TRANSACTION, self._values)
        return execute(sql, params, many, context)


@contextmanager
def open_session(release: Release, alias: str) -> Iterator[Session]:
    """
    Yield the session of an alias; afterwards it waits as long as it did before.
    """
    connection: BaseDatabaseWrapper = connections[alias]
    if connection.vendor != "postgresql":
        yield Session(release, connection)
    elif _is_pooled(connection):
        pooled = PooledSession(release, connection)
        with connection.execute_wrapper(pooled.configure_transaction):
            yield pooled
    else:
        direct = DirectSession(release, connection)
        connection_created.connect(direct.reconnected)
        try:
            direct.prepare()
            yield direct
        finally:
            connection_created.disconnect(direct.reconnected)
            direct.reset()


def _is_pooled(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((pid,),) = cursor.fetchall()
        return is_pooled(cursor.connection, pid)
