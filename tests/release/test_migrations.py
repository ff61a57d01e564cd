"""
What a killed release leaves behind, looked at from inside the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import dj_database_url
import psycopg
import pytest
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from heroku_support.dyno import Dyno
from heroku_support.errors import DatabaseRefusedError, LockTimeoutError, StepError
from heroku_support.release import lock, migrations, runner
from heroku_support.release.steps import Release, Step
from tests.servers.postgres import Database, PostgresServer
from tests.servers.waiting import wait_until

# pytest-django keeps every connection shut otherwise.
pytestmark = pytest.mark.django_db


@pytest.fixture
def database(postgres_newest: PostgresServer) -> Iterator[Database]:
    database = postgres_newest.create_database()
    yield database
    database.drop()


@pytest.fixture
def connections(database: Database) -> Iterator[ConnectionHandler]:
    """
    A project's connections, to a database that the tests' own settings do not have.
    """
    handler = ConnectionHandler({"default": {**dj_database_url.parse(database.url())}})
    yield handler
    handler.close_all()


@pytest.fixture
def connection(connections: ConnectionHandler) -> BaseDatabaseWrapper:
    return connections["default"]


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
    connection: BaseDatabaseWrapper, orphan: psycopg.Connection
):
    said: list[str] = []
    with ThreadPoolExecutor() as pool:
        pool.submit(wait_until, lambda: bool(said)).add_done_callback(
            lambda _: orphan.cancel_safe()
        )
        migrations._wait_for_orphans(connection, wait=15, log=said.append)

    pid = orphan.info.backend_pid
    assert said == [f"waiting for what a killed release left running: pid {pid}"]


@pytest.mark.usefixtures("orphan")
def test_it_does_not_wait_for_ever(connection: BaseDatabaseWrapper):
    with pytest.raises(LockTimeoutError, match=r"heroku pg:kill \d+"):
        migrations._wait_for_orphans(connection, wait=0.5, log=print)


def test_a_database_that_is_gone_leaves_its_own_words(connection: BaseDatabaseWrapper):
    connection.settings_dict["PORT"] = 1
    error = DatabaseError("the connection\nis lost")

    assert migrations._failure(connection, ["a.0001"], error) == (
        "migrate: the connection is lost"
    )


def test_a_holder_that_has_just_gone_is_not_named(connection: BaseDatabaseWrapper):
    with connection.cursor() as cursor:
        assert lock._holder(cursor) == "its holder has just let go of it"


def test_a_server_that_cannot_look_after_its_clients_is_no_reason_to_fail(
    connection: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
):
    # Every Postgres for Linux can; what another one says is that it does not know this.
    monkeypatch.setattr(migrations, "LOOK_AFTER_CLIENT", "SET no_such_parameter = 1")
    migrations._prepare(connection, "heroku_release v1")
    with connection.cursor() as cursor:
        cursor.execute("SHOW application_name")
        ((name,),) = cursor.fetchall()

    assert name.startswith("heroku_release v1 migrating ")


def test_another_schema_has_another_lock_and_other_orphans(
    connection: BaseDatabaseWrapper, orphan: psycopg.Connection
):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA other")
        cursor.execute("SET search_path TO other")

    assert migrations._orphans(connection) == ""


def test_a_lock_that_is_lost_is_told(
    database: Database, connections: ConnectionHandler
):
    with connections["default"].cursor() as cursor:
        lock._ask(cursor)
        cursor.execute("SELECT pg_backend_pid()")
        ((pid,),) = cursor.fetchall()
        database.query("SELECT pg_terminate_backend(%s)", pid)

        with pytest.raises(StepError, match="lost the release lock: .*terminat"):
            lock._ask(cursor)


# --- the runner ----------------------------------------------------------------------------


def release(log: list[str]) -> Release:
    return Release(
        dyno=Dyno.from_environ({}, argv=[]),
        alias="default",
        log=log.append,
        lock_wait=1,
        migrate_options={},
    )


def test_a_step_that_the_database_stops_is_named_and_the_rest_is_left_out():
    said: list[str] = []

    def stopped(_: Release) -> str:
        raise DatabaseError("deadlock\ndetected")

    with pytest.raises(StepError, match="first: deadlock detected"):
        runner.run_release(release(said), [Step("first", stopped), Step("second", str)])

    assert not any("second" in line for line in said)


def test_a_lock_that_cannot_be_asked_for_is_the_databases_refusal(
    monkeypatch: pytest.MonkeyPatch,
):
    # Between the first connection and the lock's own, only chance can refuse.
    def refused(*arguments: object, **options: object) -> object:
        raise DatabaseError("too many connections")

    monkeypatch.setattr(lock, "open_own", refused)
    monkeypatch.setattr(
        lock.connections["default"], "vendor", "postgresql", raising=False
    )

    with pytest.raises(DatabaseRefusedError, match="the release lock: too many"):
        runner.run_release(release([]), [])
