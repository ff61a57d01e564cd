"""
One release at a time: a Postgres advisory lock, which ends with the process that has it.
"""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import Error, connections
from django.db.backends.utils import CursorWrapper

from heroku_support.errors import LockTimeoutError, StepError
from heroku_support.own_connection import open_own
from heroku_support.redaction import one_line

Log = Callable[[str], Any]

# In pg_locks: classid. The app's name is not in the key: two apps on one database share
# its migrations, and must exclude each other; two schemas need not.
CLASS = zlib.crc32(b"heroku_support.release") & 0x7FFFFFFF
OBJECT = "hashtext(coalesce(current_schema(), ''))"

POLL = 0.5  # seconds, give or take a tenth
REPORT_EVERY = 10.0  # seconds

TRY = f"SELECT pg_try_advisory_xact_lock({CLASS}, {OBJECT})"
HOLDER = f"""
    SELECT pid, application_name, extract(epoch FROM clock_timestamp() - xact_start)
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND classid = {CLASS} AND objsubid = 2
      AND objid::bigint = ({OBJECT}::bigint & 4294967295)
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# What a session sets stays with the pooler's connection, which serves others as well.
POOLED = (
    "is behind a pooler, where a SET of a migration may reach other clients:"
    " let DATABASE_URL name the database itself, and DATABASE_CONNECTION_POOL_URL the pooler"
)


@contextmanager
def release_lock(
    alias: str, *, name: str, wait: float, log: Log
) -> Iterator[Callable[[], None]]:
    """
    Hold the release lock of a database; yield a function that raises once it is lost.

    Transaction-level, on a connection of its own: it works through a pooler as well, it holds
    up neither VACUUM nor CREATE INDEX CONCURRENTLY, and the server lets go of it when this
    process ends, however that happens. It is polled: a waiter that blocks would hold a
    snapshot, for which CREATE INDEX CONCURRENTLY waits.

    :param name: who holds it, for those who wait; the connection's ``application_name``.
    :param wait: seconds until giving up.
    :raises LockTimeoutError: if another release holds it for that long.
    :raises StepError: from the function, if the connection that holds it is gone.
    """
    if connections[alias].vendor != "postgresql":
        vendor = connections[alias].display_name
        log(f"{vendor} has no advisory lock: do not run two releases at once")
        yield _nothing_to_lose
        return
    connection = open_own(alias, application_name=name)
    try:
        with connection.cursor() as cursor:
            if _is_pooled(cursor):
                log(f"warning: the database {alias!r} {POOLED}")
            _poll(cursor, wait=wait, log=log)
            yield partial(_ask, cursor)
    finally:
        connection.close()


def _nothing_to_lose() -> None:
    pass


def _is_pooled(cursor: CursorWrapper) -> bool:
    # PgBouncer makes up the process id that it tells its clients (seen with 1.18).
    told = cursor.connection.info.backend_pid
    cursor.execute("SELECT pg_backend_pid()")
    return bool(cursor.fetchone() != (told,))


def _ask(cursor: CursorWrapper) -> None:
    try:
        cursor.execute("SELECT 1")
    except Error as error:
        raise StepError(f"lost the release lock: {one_line(error)}") from error


def _poll(cursor: CursorWrapper, *, wait: float, log: Log) -> None:
    started = time.monotonic()
    reported = -REPORT_EVERY
    while not _try(cursor):
        waited = time.monotonic() - started
        if waited >= wait:
            raise LockTimeoutError(
                f"gave up waiting for the release lock after {wait:.0f} s;"
                f" {_holder(cursor)}. Try again when it is done."
            )
        if waited - reported >= REPORT_EVERY:
            reported = waited
            held = _holder(cursor)
            log(f"waiting for the release lock ({waited:.0f}s of {wait:.0f}s); {held}")
        time.sleep(min(POLL * random.uniform(0.9, 1.1), max(0.0, wait - waited)))


def _try(cursor: CursorWrapper) -> bool:
    # READ COMMITTED whatever the project's isolation level is: an older snapshot would
    # make CREATE INDEX CONCURRENTLY wait for this transaction, which waits for it.
    cursor.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
    cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    if cursor.connection.info.server_version >= 170000:
        cursor.execute("SET LOCAL transaction_timeout = 0")
    cursor.execute(TRY)
    acquired: bool = cursor.fetchone()[0]
    if not acquired:
        cursor.execute("ROLLBACK")
    return acquired


def _holder(cursor: CursorWrapper) -> str:
    cursor.execute(HOLDER)
    row = cursor.fetchone()
    if row is None:
        return "its holder has just let go of it"
    pid, name, age = row
    return f"held by pid {pid} {name}, {age or 0:.0f}s old"
