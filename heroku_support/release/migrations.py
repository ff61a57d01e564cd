"""
Migrate, so that a release that dies leaves nothing running.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from heroku_support.errors import LockTimeoutError, StepError
from heroku_support.redaction import one_line

Log = Callable[[str], Any]

# What a connection that migrates is named: its statement may outlive its client.
MIGRATING = "migrating"
ORPHAN_POLL = 0.2  # seconds

SET_NAME = "SELECT set_config('application_name', %s, false)"
ORPHANS = f"""
    SELECT pid FROM pg_stat_activity
    WHERE application_name LIKE 'heroku_release%% {MIGRATING}' AND state <> 'idle'
      AND datname = current_database() AND pid <> pg_backend_pid()
"""


def migrate(alias: str, *, name: str, wait: float, log: Log, **options: Any) -> str:
    """
    Apply what is pending, and return how many migrations that was.

    The release lock must be held.

    :param name: of the release, for the ``application_name`` of the connection.
    :param wait: seconds to wait for what a killed release left running.
    :param options: for Django's ``migrate`` command.
    :raises StepError: that names the migration which failed.
    """
    connection = connections[alias]
    if connection.vendor == "postgresql":
        _prepare(connection, name)
        _wait_for_orphans(connection, wait=wait, log=log)
    pending = _pending(connection)
    try:
        call_command("migrate", database=alias, interactive=False, **options)
    except Exception as error:  # a migration runs a project's own code
        raise StepError(_failure(connection, pending, error)) from error
    return f"{len(pending)} applied" if pending else "nothing to do"


def _prepare(connection: BaseDatabaseWrapper, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET_NAME, [f"{name} {MIGRATING}"])
        # Otherwise the server goes on with a statement whose client was killed.
        cursor.execute("SET client_connection_check_interval = '1s'")


def _wait_for_orphans(
    connection: BaseDatabaseWrapper, *, wait: float, log: Log
) -> None:
    """
    Wait for what a killed release left running: its lock is free before its statement ends.
    """
    started = time.monotonic()
    told = ""
    while pids := _orphans(connection):
        if pids != told:
            log(f"waiting for what a killed release left running: pid {pids}")
            told = pids
        if time.monotonic() - started >= wait:
            raise LockTimeoutError(
                f"a killed release is still at work: heroku pg:kill {pids}"
            )
        time.sleep(ORPHAN_POLL)


def _orphans(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS)
        return ", ".join(str(pid) for (pid,) in cursor.fetchall())


def _pending(connection: BaseDatabaseWrapper) -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _failure(
    connection: BaseDatabaseWrapper, pending: list[str], error: Exception
) -> str:
    reason = one_line(error)
    try:
        connection.close()
        failed = _pending(connection)[0]
    except Exception:  # the database is gone: then its error is all there is to say
        return reason
    return f"{failed} failed: {reason}" if failed in pending else reason
