"""
What a release would do, for a person and for CI; nothing is written.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from heroku_support.release import database, plan, unsafe
from heroku_support.release.context import Release
from heroku_support.release.errors import (
    PendingError,
    StepError,
    UnsafeMigrationError,
)
from heroku_support.release.plan import Plan
from heroku_support.release.runner import in_one_line
from heroku_support.release.steps import MIGRATE, Step
from heroku_support.release.termination import interruptible
from heroku_support.release.unsafe import policy


def preview(release: Release, steps: Sequence[Step], *, check: bool) -> None:
    """
    Show the steps, and of the migrations what is pending and what is unsafe.

    :param check: fail if anything is.
    :raises PendingError: if ``check``, and a migration is pending.
    :raises UnsafeMigrationError: if ``check``, and what is pending must not be run.
    """
    release.log(f"steps: {', '.join(step.name for step in steps)}")
    with database.past_pooler(), interruptible(release):
        if not database.is_there(release):
            release.warn(database.NO_DATABASE)
            return
        database.reach(release)
        with in_one_line("migrate"):
            plans = _read(release) if MIGRATE in steps else {}
            try:
                _look_for_unsafe(release, plans)
            except UnsafeMigrationError as error:
                if check:
                    raise
                release.warn(str(error))
    pending = sum(len(found.pending) for found in plans.values())
    if check and pending:
        plural = "s are" if pending > 1 else " is"
        raise PendingError(
            f"{pending} migration{plural} pending: python manage.py heroku_migrate"
        )


def preview_since(release: Release, ref: str) -> None:
    """
    Show what is unsafe among the migrations that were added since a commit.

    :raises UnsafeMigrationError: if something is, and that is not allowed.
    """
    with in_one_line("migrate"):
        _refuse_conflicts(MigrationLoader(None))
        findings = unsafe.scan_since(ref)
        policy.judge(release, findings)
    if not findings:
        release.log(f"migrations added since {ref}: nothing is unsafe")


def _read(release: Release) -> dict[str, Plan]:
    plans = {alias: plan.read(alias) for alias in release.databases}
    for alias, found in plans.items():
        loader = found.executor.loader
        loader.check_consistent_history(connections[alias])
        _refuse_conflicts(loader)
        release.log(f"pending in {alias!r}: {len(found.pending)}")
        for migration in found.pending:
            release.log(f"  {migration}")
            release.report.pending.append(_name(alias, migration))
        if found.ahead:
            release.warn(plan.describe_ahead(found.ahead))
    return plans


def _refuse_conflicts(loader: MigrationLoader) -> None:
    # As Django's own migrate, which a release would fail with.
    conflicts = loader.detect_conflicts()
    told = "; ".join(f"{', '.join(names)} of {app}" for app, names in conflicts.items())
    if told:
        raise StepError(
            f"migrate: migrations are last that do not follow each other: {told}."
            " Write one that follows them: python manage.py makemigrations --merge"
        )


def _name(alias: str, migration: Migration) -> str:
    return str(migration) if alias == DEFAULT_DB_ALIAS else f"{alias}:{migration}"


def _look_for_unsafe(release: Release, plans: dict[str, Plan]) -> None:
    for alias, found in plans.items():
        if not found.is_empty:
            unsafe.refuse_or_warn(release, alias, found.pending, found.state)
