"""
How long to wait for a lock, what is tried again, and when.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import OperationalError, models
from django.db.migrations import (
    Migration,
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)

from heroku_support.release.ladder import Tries, is_about_locks, leaves_nothing


def migration(*operations: Any, atomic: bool = False, name: str = "0001") -> Migration:
    made = Migration(name, "app")
    made.atomic = atomic
    made.operations = list(operations)
    return made


def raised_from(cause: BaseException) -> BaseException:
    """
    Return an error as Django makes it of the driver's, and a migration of that.
    """
    try:
        try:
            raise OperationalError("canceling statement due to lock timeout") from cause
        except OperationalError as error:
            raise RuntimeError("a migration's own words") from error
    except RuntimeError as outer:
        return outer


# --- the tries -----------------------------------------------------------------------------


def test_the_timeouts_grow_to_two_seconds_and_stay_there():
    tries = Tries()
    tries.begin(migration())
    seen = []
    for _ in range(5):
        seen.append(tries.lock_timeout)
        tries.fail()

    assert seen == [0.5, 1.0, 2.0, 2.0, 2.0]


def test_the_pauses_grow_to_ten_seconds_and_are_never_longer():
    tries = Tries()
    longest = (2, 4, 8, 10, 10, 10)

    assert all(0.8 * most <= tries.fail() <= most for most in longest)


def test_another_migration_begins_with_the_shortest_timeout_again():
    tries = Tries()
    tries.begin(migration())
    tries.fail()

    assert not tries.begin(migration())  # the same, loaded again
    assert (tries.begin(migration(name="0002")), tries.lock_timeout) == (True, 0.5)


# --- which errors --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [psycopg.errors.LockNotAvailable(), psycopg.errors.DeadlockDetected()]
)
def test_a_lock_not_had_in_time_and_a_deadlock_are_known_however_deep(
    error: psycopg.Error,
):
    assert is_about_locks(raised_from(error))


def test_psycopg2_says_it_in_a_word_of_its_own():
    error: Any = Exception()
    error.pgcode = "55P03"  # as its errors have it; it is not among the tests' packages

    assert is_about_locks(raised_from(error))


@pytest.mark.parametrize(
    "error", [psycopg.errors.QueryCanceled(), psycopg.OperationalError(), ValueError()]
)
def test_other_errors_are_not_about_locks(error: Exception):
    assert not is_about_locks(raised_from(error))


def test_errors_that_cause_each_other_are_looked_at_once():
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first

    assert not is_about_locks(first)


# --- which migrations ----------------------------------------------------------------------

INDEX = AddIndexConcurrently("item", models.Index(fields=["name"], name="by_name"))
SQL = RunSQL("SELECT 1")


@pytest.mark.parametrize(
    "migration",
    [
        migration(SQL, SQL, atomic=True),
        migration(INDEX),
        migration(SQL),
        migration(),
        migration(SeparateDatabaseAndState([INDEX], [SQL, SQL])),
        migration(RunPython(print, atomic=True)),
    ],
    ids=["atomic", "index", "sql", "empty", "state apart", "python, atomic"],
)
def test_what_leaves_nothing_may_be_begun_again(migration: Migration):
    assert leaves_nothing(migration)


@pytest.mark.parametrize(
    "migration",
    [
        migration(SQL, INDEX),
        migration(RunSQL(["SELECT 1", "SELECT 2"])),
        migration(SeparateDatabaseAndState([SQL, INDEX])),
        migration(RunPython(print)),
    ],
    ids=["two", "two statements", "two in one", "python"],
)
def test_what_may_have_done_a_part_is_not_begun_again(migration: Migration):
    assert not leaves_nothing(migration)
