"""
A step ends the transactions that it begins; those of a project's tests, around it, stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections, transaction

from heroku_support.release.context import Release
from heroku_support.release.database import reach
from heroku_support.release.errors import DatabaseRefusedError, StepError
from heroku_support.release.runner import run_steps
from heroku_support.release.steps import Step
from tests.release.postgres_alias import ALIAS, postgres_alias
from tests.release.releases import make_release
from tests.servers.postgres import Database


@pytest.fixture
def connection(newest: Database, django_db_blocker: Any) -> Iterator[Any]:
    with postgres_alias(newest, django_db_blocker) as connection:
        yield connection


def disable_autocommit(release: Release) -> str:
    connections[ALIAS].set_autocommit(False)
    return "done"


def enter_atomic(release: Release) -> str:
    transaction.atomic(using=ALIAS).__enter__()
    return "done"


def begin_by_hand(release: Release) -> str:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("BEGIN")
    return "done"


def query(release: Release) -> str:
    with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
    return "done"


def run(step: Callable[[Release], str]) -> None:
    own = Step("own", step, needs_database=False, needs_lock=False)
    run_steps(make_release(candidates=(ALIAS,)), [own])


@pytest.mark.parametrize("step", [disable_autocommit, enter_atomic, begin_by_hand])
def test_a_step_that_leaves_one_open_fails_instead_of_losing_what_it_wrote(
    connection: Any, step: Callable[[Release], str]
):
    with pytest.raises(StepError, match="own: it left a transaction open in 'live'"):
        run(step)


def test_a_step_that_ends_its_own_is_done(connection: Any):
    run(query)

    assert connection.connection is not None


def test_a_lock_without_a_connection_is_refused_in_one_line(
    newest: Database, connection: Any
):
    newest.query(f"ALTER DATABASE {newest.name} CONNECTION LIMIT 0")
    locked = Step("own", query, needs_database=False, needs_lock=True)
    release = make_release(candidates=(ALIAS,), databases=[ALIAS])
    with pytest.raises(
        DatabaseRefusedError, match="^the release lock: .*too many conn"
    ):
        run_steps(release, [locked])


def test_one_that_was_there_before_is_no_step_s(connection: Any):
    with transaction.atomic(using=ALIAS):
        run(query)

        assert connection.in_atomic_block


def test_the_connection_of_a_project_s_test_is_not_closed(connection: Any):
    with transaction.atomic(using=ALIAS):
        reach(make_release(candidates=(ALIAS,), databases=[]))

        assert connection.is_usable()
