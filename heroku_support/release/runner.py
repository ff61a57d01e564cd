"""
Run the steps of a release under its lock, each timed and told.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.db import Error

from heroku_support.errors import DatabaseRefusedError, StepError
from heroku_support.redaction import one_line
from heroku_support.release import database
from heroku_support.release.lock import release_lock
from heroku_support.release.steps import Release, Step


def run_release(release: Release, steps: Sequence[Step]) -> None:
    """
    Run the steps one after another; without a database, warn and run none.

    Where ``default`` goes through a pooler, they use the database itself.

    :raises ReleaseError: from the step that failed; those behind it are not run.
    """
    with database.past_pooler(release.alias):
        _run_all(release, steps)


def _run_all(release: Release, steps: Sequence[Step]) -> None:
    if not database.is_there(release.dyno, release.alias):
        release.log(f"warning: {database.NO_DATABASE}")
        return
    lock = release_lock(
        release.alias, name=release.name, wait=release.lock_wait, log=release.log
    )
    try:
        with lock as check_lock:
            for step in steps:
                _run(step, release)
                check_lock()
    except Error as error:  # the connection that holds the lock
        raise DatabaseRefusedError(f"the release lock: {one_line(error)}") from error


def _run(step: Step, release: Release) -> None:
    started = time.monotonic()
    try:
        done = step.run(release)
    except Error as error:
        raise StepError(f"{step.name}: {one_line(error)}") from error
    release.log(f"{step.name}: {done} ({time.monotonic() - started:.2f} s)")
