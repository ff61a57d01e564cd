"""
What the database's settings withstand: lost sessions, servers that do not answer.
"""

from __future__ import annotations

import re
import socket
import time
from typing import Any

import pytest
from django.db import Error, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from tests.servers.postgres import Database, PostgresServer
from tests.settings.places import WEB, heroku

pytestmark = [pytest.mark.server, pytest.mark.django_db]

PID = "SELECT pg_backend_pid()"


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
    connection.close_pool()  # Postgres has one


# What a database says that is there and cannot: texts that a log is searched for.


def answer(connection: BaseDatabaseWrapper, sql: str = PID) -> str:
    """
    Return the class of the error and its text, else the answer; the connection is ended.
    """
    try:
        return str(ask(connection, sql))
    except Error as error:
        return f"{type(error).__name__}: {error}".replace("\n", " ")
    finally:
        connection.close()


NO_CONNECTION = 'OperationalError: .*too many connections for database "{}"'
GONE = 'OperationalError: .*database "{}" does not exist'
READ_ONLY = "InternalError: cannot execute CREATE TABLE in a read-only transaction"
TIMED_OUT = "OperationalError: canceling statement due to statement timeout"
LOCKED = "OperationalError: canceling statement due to lock timeout"


@pytest.mark.parametrize(
    ("statement", "sql", "expected"),
    [
        ("ALTER DATABASE {} CONNECTION LIMIT 0", PID, NO_CONNECTION),
        ("ALTER DATABASE {0} RENAME TO gone_{0}", PID, GONE),
        (
            "ALTER DATABASE {} SET default_transaction_read_only = on",
            "CREATE TABLE t ()",
            READ_ONLY,
        ),
        (
            "ALTER DATABASE {} SET statement_timeout = '100ms'",
            "SELECT pg_sleep(30)",
            TIMED_OUT,
        ),
    ],
)
def test_a_database_that_refuses_says_why(
    postgres_newest: PostgresServer, statement: str, sql: str, expected: str
):
    database = postgres_newest.create_database()
    postgres_newest.query(statement.format(database.name))
    found = answer(connection_to(database.url()), sql)
    gone = "gone_" if "RENAME" in statement else ""
    postgres_newest.query(f"DROP DATABASE {gone}{database.name} WITH (FORCE)")

    assert re.search(expected.format(database.name), found), found


def test_a_host_that_nobody_knows_is_said_to_be_the_trouble():
    found = answer(connection_to("postgres://u:p@db.invalid/n"))

    assert re.match("OperationalError: .*(resolve|translate) host", found), found


def test_a_rotated_password_ends_no_session_and_lets_none_in(
    postgres_newest: PostgresServer,
):
    postgres_newest.query("CREATE ROLE rotated LOGIN PASSWORD 'before'")
    url = postgres_newest.url(user="rotated", password="before")
    connection = connection_to(url)
    pid = ask(connection)
    postgres_newest.query("ALTER ROLE rotated PASSWORD 'after'")
    end_request(connection)

    assert ask(connection) == pid
    assert 'password authentication failed for user "rotated"' in answer(
        connection_to(url)
    )
    connection.close()
    postgres_newest.query("DROP ROLE rotated")


def test_a_lock_is_waited_for_as_long_as_the_url_says(database: Database):
    lock = "SELECT pg_advisory_lock(1)"
    holder = connection_to(database.url())
    ask(holder, lock)

    waiter = connection_to(database.url(options="-c lock_timeout=100ms"))
    assert LOCKED in answer(waiter, lock)
    holder.close()


ROWS = "SELECT string_agg(repeat('x', 100), '') FROM generate_series(1, 20000)"


def test_an_answer_that_is_cut_off_is_an_error(database: Database, fault_proxy: Any):
    proxy = fault_proxy(database.server.port)
    connection = connection_to(database.url(port=proxy.port))
    connection.ensure_connection()
    proxy.limit_data = 100_000

    assert re.match("OperationalError: ", answer(connection, ROWS))


def test_latency_is_no_failure(database: Database, fault_proxy: Any):
    proxy = fault_proxy(database.server.port)
    proxy.latency = 0.3

    assert answer(connection_to(database.url(port=proxy.port))).isdigit()


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
