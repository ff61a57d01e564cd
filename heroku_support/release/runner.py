"""
Run the steps of a release, each timed and told.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.core.management import CommandError
from django.db import Error
from django.dispatch import Signal

from heroku_support.redaction import one_line
from heroku_support.release import database
from heroku_support.release.context import Release
from heroku_support.release.errors import DatabaseRefusedError, ReleaseError, StepError
from heroku_support.release.lock import release_lock
from heroku_support.release.steps import Step
from heroku_support.release.termination import interruptible
from heroku_support.signals import release_failed, release_started, release_succeeded

# Drivers give no code for a connection that fails, only the server's words.
FULL = re.compile(r"too many connections|remaining connection slots")
TWO = "A release takes two connections of each database, and heroku pg:info shows the limit"


def run_release(release: Release, steps: Sequence[Step]) -> None:
    """
    Run the whole release phase, and tell those who listen.

    :raises ReleaseError: from the step that failed; those behind it are not run.
    """
    _tell(release_started, "release_started", release)
    try:
        run_steps(release, steps)
    except ReleaseError as error:
        release.report.error = str(error)
        _tell(release_failed, "release_failed", release, error=error)
        raise
    _tell(release_succeeded, "release_succeeded", release)


def run_steps(release: Release, steps: Sequence[Step]) -> None:
    """
    Run steps one after another; without a database, warn and leave out those that need one.

    Where ``default`` goes through a pooler, they use the database itself. The lock is held
    from the first step that needs it to the last.

    :raises ReleaseError: from the step that failed.
    """
    with database.past_pooler(), interruptible(release):
        is_there = database.is_there(release)
        if not is_there:
            release.warn(database.NO_DATABASE)
        wanted = [step for step in steps if is_there or not step.needs_database]
        for needs_lock, group in groupby(wanted, key=attrgetter("needs_lock")):
            with _locked(release) if needs_lock else nullcontext():
                for step in group:
                    _run(step, release)


@contextmanager
def _locked(release: Release) -> Any:
    lock = release_lock(
        release.databases,
        name=release.name,
        wait=min(release.lock_wait, release.seconds_left),
        log=release.log,
    )
    try:
        with lock as held:
            release.lock = held
            release.report.waited += held.waited
            yield
    except Error as error:  # the connection that holds the lock
        raise DatabaseRefusedError(f"the release lock: {one_line(error)}") from error
    finally:
        release.lock = None


def _run(step: Step, release: Release) -> None:
    release.go_on()
    release.report.failed = step.name
    started = time.monotonic()
    begun = database.transactions()
    try:
        with in_one_line(step.name):
            done = step.run(release)
            if left := database.transactions() - begun:
                raise StepError(
                    f"{step.name}: it left a transaction open in {min(left)!r}, so what it"
                    " wrote is rolled back: with transaction.atomic(): …"
                )
            if release.lock:
                release.lock.check()
    finally:
        spent = release.report.steps[step.name] = time.monotonic() - started
    release.report.failed = None
    release.log(f"{step.name}: {done} ({spent:.2f} s)")


@contextmanager
def in_one_line(name: str) -> Iterator[None]:
    """
    Make a release's error of whatever is raised within: it may be a project's own code.

    :param name: what the message begins with.
    :raises ReleaseError: in place of what was raised.
    """
    try:
        yield
    except ReleaseError:
        raise
    except CommandError as error:
        raise StepError(f"{name}: {one_line(error)}") from error
    except SystemExit as error:
        raise StepError(f"{name}: it ended with status {error.code}") from error
    except Exception as error:
        told = f"{name}: {_name(error)}{one_line(error)}"
        if isinstance(error, Error) and FULL.search(told):
            raise DatabaseRefusedError(f"{told}. {TWO}") from error
        raise StepError(told) from error


def _name(error: Exception) -> str:
    return "" if isinstance(error, Error) else f"{type(error).__name__}: "


def _tell(signal: Signal, name: str, release: Release, **facts: Any) -> None:
    try:
        answers = signal.send_robust(Release, release=release, **facts)
    except Exception as error:
        # Of the project's logging, to which Django gives what a receiver raised.
        why = f"{type(error).__name__}: {one_line(error)}"
        release.warn(f"a receiver of {name} failed, and so did the log of that: {why}")
        return
    for receiver, answer in answers:
        if isinstance(answer, Exception):
            told = getattr(receiver, "__qualname__", repr(receiver))
            why = f"{type(answer).__name__}: {one_line(answer)}"
            release.warn(f"{told}, a receiver of {name}, failed: {why}")
