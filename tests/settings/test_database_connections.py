"""
What the settings of a database come to, in Django and a real Postgres.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from tests.servers.postgres import Database, PostgresServer
from tests.settings.places import WEB, heroku

pytestmark = [pytest.mark.server, pytest.mark.django_db]

TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
DIRECT = "postgres://u:p@db.example.com/n"


@pytest.fixture
def database(newest: Database) -> Database:
    return newest


def connections(**variables: str) -> ConnectionHandler:
    return ConnectionHandler(heroku(WEB, **variables).databases())


def ask(connection: BaseDatabaseWrapper, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        (answer,) = cursor.fetchone()
    return answer


def test_a_pool_hands_out_no_connection_that_was_ended(database: Database):
    url = f"{database.url()}?pool=true"
    connection = connections(DATABASE_URL=url)["default"]
    before = ask(connection, "SELECT pg_backend_pid()")
    connection.close()  # back into the pool
    database.server.query(TERMINATE, database.name)

    assert ask(connection, "SELECT pg_backend_pid()") != before
    connection.close()
    connection.close_pool()


def test_a_server_that_never_answers_is_not_waited_for(
    postgres_newest: PostgresServer, fault_proxy: Any
):
    proxy = fault_proxy(postgres_newest.port)
    proxy.blackhole()
    url = f"postgres://u:p@127.0.0.1:{proxy.port}/n"
    settings = heroku(WEB, DATABASE_URL=url).databases()
    started = time.monotonic()

    with pytest.raises(OperationalError):
        ConnectionHandler(settings)["default"].ensure_connection()
    assert 4 < time.monotonic() - started < 15


def test_a_schema_in_the_url_is_searched_first(database: Database):
    connection = connections(DATABASE_URL=f"{database.url()}?currentSchema=own")

    assert ask(connection["default"], "SHOW search_path") == "own"
    connection["default"].close()


def test_a_colour_is_asked_by_its_alias(database: Database):
    both = connections(DATABASE_URL=DIRECT, HEROKU_POSTGRESQL_BRONZE_URL=database.url())

    assert ask(both["bronze"], "SELECT current_database()") == database.name
    both["bronze"].close()
