"""
What the database's settings withstand: lost sessions, servers that do not answer.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from tests.servers.postgres import Database, PostgresServer
from tests.settings.places import WEB, heroku

pytestmark = [pytest.mark.server, pytest.mark.django_db]

PID = "SELECT pg_backend_pid()"


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[Database]:
    database = postgres.create_database()
    yield database
    database.drop()


def connection_to(url: str, **arguments: Any) -> BaseDatabaseWrapper:
    settings = heroku(WEB, DATABASE_URL=url).databases(**arguments)
    return ConnectionHandler({**settings})["default"]


def ask(connection: BaseDatabaseWrapper, sql: str = PID) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def end_request(connection: BaseDatabaseWrapper) -> None:
    """
    Do what Django does before and after each request.
    """
    connection.close_if_unusable_or_obsolete()


def test_a_session_that_the_server_ended_costs_no_request(database: Database):
    connection = connection_to(database.url())
    pid = ask(connection)
    end_request(connection)
    database.query("SELECT pg_terminate_backend(%s)", pid)

    assert ask(connection) != pid
    connection.close()


def test_a_session_that_ends_in_a_request_costs_that_one_only(database: Database):
    connection = connection_to(database.url())
    database.query("SELECT pg_terminate_backend(%s)", ask(connection))
    with pytest.raises(OperationalError):
        ask(connection)
    end_request(connection)

    assert ask(connection)
    connection.close()


def test_a_session_that_is_good_is_kept(database: Database):
    connection = connection_to(database.url())
    pid = ask(connection)
    end_request(connection)

    assert ask(connection) == pid
    connection.close()


def test_a_session_of_the_pool_that_the_server_ended_costs_no_request(
    database: Database,
):
    connection = connection_to(database.url(), pool={"min_size": 1, "max_size": 2})
    pid = ask(connection)
    end_request(connection)
    database.query("SELECT pg_terminate_backend(%s)", pid)

    assert ask(connection) != pid
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # Postgres has one


def test_a_server_that_accepts_and_never_answers_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://u:p@127.0.0.1:{silent.getsockname()[1]}/n?connect_timeout=2"
        started = time.monotonic()
        with pytest.raises(OperationalError, match="timeout expired"):
            connection_to(url).ensure_connection()

    assert time.monotonic() - started < 6


def test_every_connection_has_a_time_limit_to_be_made():
    entry = heroku(WEB, DATABASE_URL="postgres://u:p@db.example.com/n").databases()

    assert (
        entry["default"]["OPTIONS"]["connect_timeout"] < 30
    )  # the router gives up then
