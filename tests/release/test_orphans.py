"""
What a killed release leaves behind, looked at from inside the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection as tests_own

from heroku_support.release import lock
from heroku_support.release.errors import LockTimeoutError
from heroku_support.release.orphans import wait_for_orphans
from tests.release.postgres_alias import postgres_alias
from tests.servers.postgres import Database
from tests.servers.waiting import wait_until


@pytest.fixture
def database(newest: Database) -> Database:
    return newest


@pytest.fixture
def connection(database: Database, django_db_blocker: Any) -> Iterator[Any]:
    with postgres_alias(database, django_db_blocker) as connection:
        yield connection


@pytest.fixture
def orphan(database: Database) -> Iterator[psycopg.Connection]:
    """
    A statement that a killed release left running.
    """
    ((schema,),) = database.query(f"SELECT {lock.OBJECT}")
    name = f"heroku_release v41 migrating {schema}"
    with (
        psycopg.connect(database.url(), application_name=name, autocommit=True) as left,
        ThreadPoolExecutor() as pool,
    ):
        running = pool.submit(left.execute, "SELECT pg_sleep(20)")
        wait_until(lambda: busy(database), timeout=10)
        yield left
        left.cancel_safe()
        assert isinstance(running.exception(10), psycopg.errors.QueryCanceled)


def busy(database: Database) -> bool:
    sql = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE %s"
    return bool(database.query(sql, "%pg_sleep(20)"))


def test_it_waits_until_the_statement_has_ended(
    connection: Any, orphan: psycopg.Connection
):
    said: list[str] = []
    with ThreadPoolExecutor() as pool:
        pool.submit(wait_until, lambda: bool(said)).add_done_callback(
            lambda _: orphan.cancel_safe()
        )
        wait_for_orphans(connection, wait=15, log=said.append)

    pid = orphan.info.backend_pid
    assert said == [f"waiting for what a killed release left running: pid {pid}"]


@pytest.mark.usefixtures("orphan")
def test_it_does_not_wait_for_ever(connection: Any):
    with pytest.raises(LockTimeoutError, match=r"heroku pg:kill \d+"):
        wait_for_orphans(connection, wait=0.5, log=print)


@pytest.mark.usefixtures("orphan")
def test_another_schema_has_other_orphans(connection: Any):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA other")
        cursor.execute("SET search_path TO other")

    wait_for_orphans(connection, wait=0, log=print)


def test_another_kind_of_database_is_not_asked():
    wait_for_orphans(tests_own, wait=0, log=print)
