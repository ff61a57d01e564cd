"""
Migrate, so that a release that dies leaves nothing running.
"""

from __future__ import annotations

import time
from typing import Any

from django.core.management import CommandError, call_command
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from heroku_support.errors import LockTimeoutError, StepError
from heroku_support.redaction import one_line
from heroku_support.release.lock import OBJECT, Log

# What a connection that migrates is named, with its schema, which is what the lock is for:
# its statement may outlive its client.
NAME = f"' migrating ' || {OBJECT}::text"
SET_NAME = f"SELECT set_config('application_name', %s || {NAME}, false)"
ORPHANS = f"""
    SELECT pid FROM pg_stat_activity
    WHERE application_name LIKE 'heroku_release%%' || {NAME} AND state <> 'idle'
      AND datname = current_database() AND pid <> pg_backend_pid()
"""
# Otherwise the server goes on with a statement whose client was killed.
LOOK_AFTER_CLIENT = "SET client_connection_check_interval = '1s'"
ORPHAN_POLL = 0.2  # seconds


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
    pending: list[str] = []
    try:
        pending = _pending(connection)
        # With the checks: call_command() leaves them out unless it is told.
        call_command(
            "migrate", database=alias, interactive=False, skip_checks=False, **options
        )
    except CommandError as error:  # migrate's own words: about no single migration
        raise StepError(f"migrate: {one_line(error)}") from error
    except Exception as error:  # a migration runs a project's own code
        raise StepError(_failure(connection, pending, error)) from error
    return f"{len(pending)} applied" if pending else "nothing to do"


def _prepare(connection: BaseDatabaseWrapper, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET_NAME, [name])
    try:
        with connection.cursor() as cursor:
            cursor.execute(LOOK_AFTER_CLIENT)
    except Error:
        pass  # a server on a platform that cannot, as on some developers' machines


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
        return f"migrate: {reason}"
    return f"{failed} failed: {reason}" if failed in pending else f"migrate: {reason}"
