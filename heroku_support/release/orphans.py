"""
What a killed release left running: its lock is free before its statement ends.
"""

from __future__ import annotations

import time

from django.db.backends.base.base import BaseDatabaseWrapper

from heroku_support.release.errors import LockTimeoutError
from heroku_support.release.lock import Log
from heroku_support.release.session import NAME

ORPHANS = f"""
    SELECT pid FROM pg_stat_activity
    WHERE application_name LIKE 'heroku_release%%' || {NAME} AND state <> 'idle'
      AND datname = current_database() AND pid <> pg_backend_pid()
"""
POLL = 0.2  # seconds


def wait_for_orphans(connection: BaseDatabaseWrapper, *, wait: float, log: Log) -> None:
    """
    Wait until nothing of another release is at work; the release lock must be held.

    :param wait: seconds.
    :raises LockTimeoutError: if it is at work for longer than that.
    """
    if connection.vendor != "postgresql":
        return
    started = time.monotonic()
    told = ""
    while pids := _orphans(connection):
        if pids != told:
            log(f"waiting for what a killed release left running: pid {pids}")
            told = pids
        if time.monotonic() - started >= wait:
            raise LockTimeoutError(
                f"a killed release is still at work; for each: heroku pg:kill {pids}"
            )
        time.sleep(POLL)


def _orphans(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS)
        return ", ".join(str(pid) for (pid,) in cursor.fetchall())
