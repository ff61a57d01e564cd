"""
Postgres: an advisory lock of a transaction that does nothing else.

It works through a pooler as well, where a lock of the session would be everybody's, and it holds
up neither VACUUM nor CREATE INDEX CONCURRENTLY.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from django.db import Error

from heroku_support.release.database_lock import (
    NAMESPACE,
    NOBODY,
    DatabaseLock,
    Holder,
    Row,
)

# In pg_locks: classid. The app's name is not in the key: two apps on one database share
# its migrations, and must exclude each other; two schemas need not.
CLASS = zlib.crc32(NAMESPACE.encode()) & 0x7FFFFFFF
OBJECT = "hashtext(coalesce(current_schema(), ''))"

# READ COMMITTED whatever the project's isolation level is: an older snapshot would make
# CREATE INDEX CONCURRENTLY wait for this transaction, which waits for it.
BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
TRY = f"SELECT pg_try_advisory_xact_lock({CLASS}, {OBJECT})"
# A role's timeouts would end the transaction. The keepalives, in seconds, are for a client
# whose machine is lost: nothing tells the server, which by itself waits for two hours.
SETTINGS = {
    "idle_in_transaction_session_timeout": "0",
    "statement_timeout": "0",
    "transaction_timeout": "0",  # from Postgres 17
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
ROWS = ", ".join(f"('{name}', '{value}')" for name, value in SETTINGS.items())
CONFIGURE = f"""
    SELECT set_config(name, value, true)
    FROM pg_settings JOIN (VALUES {ROWS}) AS wanted (name, value) USING (name)
"""
# When a server was started tells it from every other, and needs no rights.
IDENTITY = f"""
    SELECT extract(epoch FROM pg_postmaster_start_time())::text, current_database()::text,
      {OBJECT}::text, pg_backend_pid()
"""
LOCKS = f"""
    FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND classid = {CLASS} AND objsubid = 2
      AND objid::bigint = ({OBJECT}::bigint & 4294967295)
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
HOLDER = f"""
    SELECT pid, application_name, extract(epoch FROM clock_timestamp() - xact_start) {LOCKS}
"""
OURS = f"SELECT 1 {LOCKS} AND pid = pg_backend_pid()"
# pg_stat_activity stays as a transaction has seen it first.
LOOK_AGAIN = "SELECT pg_stat_clear_snapshot()"

# What a session sets stays with the pooler's connection, which serves others as well.
POOLED = (
    "is behind a pooler, where a SET of a migration may reach other clients:"
    " let DATABASE_URL name the database itself, and DATABASE_CONNECTION_POOL_URL the pooler"
)


class PostgresLock(DatabaseLock):
    """
    Ended by the server when this process ends, however that happens.
    """

    def connect(self) -> str:
        """
        Connect, learn the identity, and return what to warn of, or nothing.
        """
        *identity, pid = self._run(IDENTITY)[0]
        self.identity = ("postgresql", *identity)
        pooled = is_pooled(self._connection.connection, pid)
        return f"the database {self.alias!r} {POOLED}" if pooled else ""

    def try_acquire(self) -> bool:
        """
        Take it if nobody has it; never wait.

        A waiter that blocks would hold a snapshot, for which CREATE INDEX CONCURRENTLY waits.
        """
        self._run(BEGIN)
        ((acquired,),) = self._run(TRY)
        self._run(CONFIGURE if acquired else "ROLLBACK")
        return bool(acquired)

    def holder(self) -> Holder:
        """
        Ask who holds it.
        """
        rows = self._run(HOLDER)
        if not rows:
            return NOBODY
        pid, name, age = rows[0]
        who = f"held by pid {pid} {name or ''}".rstrip()
        # Of the connections of other roles, the age is not for everybody.
        who = who if age is None else f"{who}, {age:.0f}s old"
        # Without --force it cancels a statement, and an idle connection has none.
        return Holder(who, f"heroku pg:kill --force {pid}")

    def query(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """
        Run a query on the connection that holds the lock, from any thread.

        One that fails ends no more than itself, and it cannot write.
        """
        with self._mutex:
            self._run(LOOK_AGAIN)
            self._run("SAVEPOINT query")
            try:
                rows = self._run(sql, params)
            except Error:
                self._run("ROLLBACK TO SAVEPOINT query")
                raise
            self._run("RELEASE SAVEPOINT query")
            return rows

    def _is_ours(self) -> bool:
        return bool(self._run(OURS))

    def _let_go(self) -> None:
        self._run("ROLLBACK")


def is_pooled(connection: Any, pid: int) -> bool:
    """
    Whether the server process is another than the one that the driver was told of.

    PgBouncer makes up the process id that it tells its clients (seen with 1.18).

    :param connection: the driver's connection.
    :param pid: what ``pg_backend_pid()`` returned on it.
    """
    return bool(connection.info.backend_pid != pid)
