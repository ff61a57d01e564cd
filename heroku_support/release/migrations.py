"""
Migrate, so that the site goes on and a release that dies leaves nothing running.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial
from operator import itemgetter
from typing import Any

from django.core.management import call_command, get_commands, load_command_class
from django.db import DEFAULT_DB_ALIAS
from django.db.migrations import Migration

from heroku_support.conf import conf
from heroku_support.redaction import one_line
from heroku_support.release import fast_path, ladder, plan
from heroku_support.release.blockers import Watcher
from heroku_support.release.context import Release
from heroku_support.release.errors import ReleaseError, StepError
from heroku_support.release.indexes import drop_invalid
from heroku_support.release.orphans import wait_for_orphans
from heroku_support.release.plan import Plan
from heroku_support.release.session import Session, open_session

MOST_SLOW = 5
NOT_WHOLE = (
    "It is not atomic, so what it did before this stays, it does not count as applied, and it"
    " was not tried again. Undo that by hand, or make it several migrations of one operation"
)


def migrate(release: Release) -> str:
    """
    Apply what is pending in every database, and say how much that was.

    The release lock must be held, and the system checks done.

    :raises UnsafeMigrationError: before anything was run, where such may not be.
    :raises StepError: that names the migration which failed.
    """
    before = len(release.report.applied)
    with ExitStack() as stack:
        sessions = [
            stack.enter_context(open_session(release, alias))
            for alias in release.databases
        ]
        plans = [_plan(release, session) for session in sessions]
        for session, found in zip(sessions, plans, strict=True):
            if found and found.pending:
                from heroku_support.release import unsafe  # most releases have none

                unsafe.refuse_or_warn(
                    release, session.alias, found.pending, found.state
                )
        for session, found in zip(sessions, plans, strict=True):
            with Watcher(release, session.alias) as watcher:
                _Run(release, session, found, watcher).finish()
    _tell_changes(release, [found for found in plans if found])
    applied = len(release.report.applied) - before
    return f"{applied} applied" if applied else "nothing to do"


def _plan(release: Release, session: Session) -> Plan | None:
    """
    Return the plan of a database; none where nothing is pending, and nothing else to be read.
    """
    wait = min(release.lock_wait, release.seconds_left)
    wait_for_orphans(session.connection, wait=wait, log=release.log)
    is_wanted = conf.HEROKU_SUPPORT_RELEASE_FAST_PATH and not release.full
    ahead, found = None, None
    if is_wanted and fast_path.is_possible():
        ahead = fast_path.find_ahead(session.connection)
    if ahead is None:
        found = plan.read(session.alias)
        ahead = found.ahead
    if ahead:
        release.warn(plan.describe_ahead(ahead))
    return found


def _tell_changes(release: Release, plans: list[Plan]) -> None:
    # It is about the code alone: any database's plan knows.
    if plans and plans[0].changed:
        apps = ", ".join(plans[0].changed)
        release.warn(
            f"models have changes that no migration has, in {apps}:"
            " python manage.py makemigrations"
        )


class _Run:
    """
    What is pending in one database, in as many tries as it takes.
    """

    def __init__(
        self, release: Release, session: Session, found: Plan | None, watcher: Watcher
    ) -> None:
        self._release = release
        self._session = session
        self._plan = found
        self._watcher = watcher
        self._tries = ladder.Tries()
        self._current: Migration | None = None
        self._started = 0.0
        self._times: list[tuple[str, float]] = []

    def finish(self) -> None:
        """
        Migrate until nothing is pending.
        """
        while not self._try():
            pass
        if self._plan and not self._times:
            # Nothing was pending, or a project's own command does not tell what it does.
            self._release.report.applied += map(self._name, self._plan.pending)
        elif self._plan and self._plan.is_empty:
            slowest = sorted(self._times, key=itemgetter(1), reverse=True)[:MOST_SLOW]
            told = ", ".join(f"{name} {spent:.2f} s" for name, spent in slowest)
            self._release.log(f"slowest of {len(self._times)} migrations: {told}")

    def _try(self) -> bool:
        self._session.limit(self._tries.lock_timeout)
        try:
            self._migrate()
        except ReleaseError:
            raise
        except Exception as error:  # a migration runs a project's own code
            time.sleep(self._pause_after(error))
            return False
        return True

    def _migrate(self) -> None:
        alias, output = self._session.alias, self._release.output
        verbosity, stream = int(output.is_detailed), output.progress
        if self._plan is None:
            fast_path.emit_signals(alias, verbosity=verbosity, stream=stream)
            return
        command: Any = load_command_class(get_commands()["migrate"], "migrate")
        # A project's own command may have none, and then tells nothing.
        show: Any = getattr(command, "migration_progress_callback", None)
        command.migration_progress_callback = partial(self._follow, show)
        call_command(
            command,
            database=alias,
            interactive=False,
            skip_checks=True,
            verbosity=verbosity,
            stdout=stream,
        )

    def _follow(
        self, show: Any, action: str, migration: Any = None, fake: bool = False
    ) -> None:
        if action == "apply_start":
            self._begin(migration)
        show(action, migration, fake)
        if action == "apply_success":
            self._end(migration)

    def _begin(self, migration: Migration) -> None:
        release, session = self._release, self._session
        assert release.lock
        release.go_on()
        release.lock.check()
        if not release.seconds_left:
            raise StepError(
                "HEROKU_SUPPORT_RELEASE_DEADLINE is reached before"
                f" {self._name(migration)}; the next release goes on with it"
            )
        before = self._tries.lock_timeout
        is_first = self._tries.begin(migration)
        if self._tries.lock_timeout != before:
            session.limit(self._tries.lock_timeout)
        if session.connection.vendor == "postgresql":
            drop_invalid(session.connection, migration, log=release.log)
        if is_first and session.is_pooled and not migration.atomic:
            release.warn(
                f"{self._name(migration)} is not atomic and runs through a pooler: it may"
                " wait for a lock without a limit, and all that come after it as well"
            )
        self._current = migration
        self._started = time.monotonic()

    def _end(self, migration: Migration) -> None:
        name = self._name(migration)
        self._release.report.applied.append(name)
        self._times.append((name, time.monotonic() - self._started))
        self._current = None

    def _pause_after(self, error: Exception) -> float:
        """
        Return how many seconds to wait until it is tried again.

        :raises StepError: if it is not.
        """
        migration, self._current = self._current, None
        reason = one_line(error)
        if not ladder.is_about_locks(error):
            if migration is None:
                raise error
            hint = "" if ladder.leaves_nothing(migration) else f". {NOT_WHOLE}"
            raise StepError(
                f"{self._name(migration)} failed: {reason}{hint}"
            ) from error
        name = self._name(migration) if migration else "migrate"
        blocker = self._watcher.take_latest()
        reason += f"; blocked by {blocker}" if blocker else ""
        if migration and not ladder.leaves_nothing(migration):
            raise StepError(f"{name} failed: {reason}. {NOT_WHOLE}") from error
        pause = self._tries.fail()
        spent = self._tries.spent
        if spent + pause > ladder.LONGEST or pause >= self._release.seconds_left:
            raise StepError(
                f"{name} failed: {reason}; given up after {spent:.0f} s (tries:"
                f" {self._tries.failed}). Release again when nothing is in the way:"
                " heroku pg:ps"
            ) from error
        self._release.report.retries += 1
        self._release.log(f"{name}: {reason}; trying again in {pause:.1f} s")
        return pause

    def _name(self, migration: Migration) -> str:
        alias = self._session.alias
        return str(migration) if alias == DEFAULT_DB_ALIAS else f"{alias}:{migration}"
