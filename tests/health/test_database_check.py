"""
The database check, against a Postgres that answers, and one that stopped doing so.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import dj_database_url
import pytest
from django.db.utils import ConnectionHandler

from heroku_support import own_connection
from heroku_support.health.checks import database as database_module
from heroku_support.health.checks.database import DatabaseCheck
from heroku_support.health.readiness import Readiness
from tests.servers.binaries import majors_under_test
from tests.servers.postgres import PASSWORD, PostgresServer
from tests.servers.waiting import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.server]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """
    A server that may be frozen.
    """
    with PostgresServer.start(majors_under_test()[-1]) as server:
        yield server
        server.thaw()


@pytest.fixture
def check(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> DatabaseCheck:
    """
    A check of a database that the tests' own settings do not have.
    """
    entry = {**dj_database_url.parse(server.url()), "OPTIONS": {"pool": True}}
    handler = ConnectionHandler({"default": entry})
    monkeypatch.setattr(own_connection, "connections", handler)
    return DatabaseCheck("default")


def backends(server: PostgresServer) -> int:
    sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"
    ((count,),) = server.query(sql)
    return int(count)


def test_it_leaves_no_connection_behind(check: DatabaseCheck, server: PostgresServer):
    check.run()
    wait_until(lambda: backends(server) == 0, timeout=5)


def test_aborting_a_check_that_is_not_running_does_nothing(check: DatabaseCheck):
    check.abort()


def test_a_server_that_freezes_is_told_in_time_and_heals(
    check: DatabaseCheck, server: PostgresServer
):
    readiness = Readiness([check], timeout=0.3, ttl=0)
    threads = threading.active_count()
    server.freeze()
    started = time.monotonic()
    frozen = readiness.report().result(timeout=10)
    took = time.monotonic() - started
    server.thaw()

    assert (frozen.passed, took < 2) == (False, True)
    wait_until(lambda: readiness.report().result().passed, timeout=10)
    wait_until(lambda: threading.active_count() <= threads, timeout=10)


def test_a_statement_without_an_answer_is_ended_by_closing_its_socket(
    check: DatabaseCheck, server: PostgresServer
):
    connection = own_connection.open_own("default")
    check._connection = connection
    with connection.cursor() as cursor:
        waiting = threading.Thread(target=run_for_ever, args=(cursor,), daemon=True)
        waiting.start()
        wait_until(lambda: sleeping(server), timeout=10)
        server.freeze()
        check.abort()
        waiting.join(timeout=5)
        server.thaw()

    assert not waiting.is_alive()
    check.abort()  # the socket is gone by now; again does no harm


def run_for_ever(cursor: object) -> None:
    with pytest.raises(Exception, match="closed|lost|terminat|SSL"):
        cursor.execute("SELECT pg_sleep(60)")


def sleeping(server: PostgresServer) -> bool:
    sql = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE %s"
    return bool(server.query(sql, "%pg_sleep(60)"))


# --- what is wrong with it -----------------------------------------------------------------


@contextmanager
def database(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectionHandler]:
    handler = ConnectionHandler({"default": dj_database_url.parse(url)})
    for module in (own_connection, database_module):
        monkeypatch.setattr(module, "connections", handler)
    yield handler


def failure(
    url: str, monkeypatch: pytest.MonkeyPatch, *, timeout: float = 10, **options: Any
) -> str:
    """
    Return why a database is not ready, empty if it is.
    """
    with database(url, monkeypatch):
        checks = database_module.find("database", **options)
        (outcome,) = Readiness(checks, timeout=timeout, ttl=0).check().report.outcomes
    assert PASSWORD not in outcome.output
    return outcome.output


def test_what_answers_is_ready(server: PostgresServer, monkeypatch: pytest.MonkeyPatch):
    assert failure(server.url(), monkeypatch) == ""
    assert failure(server.url(), monkeypatch, writable=True) == ""


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"port": 1}, "refused"),
        ({"host": "no-such-host.invalid"}, "no-such-host.invalid"),
        ({"password": "other"}, "(after new credentials, restart: heroku ps:restart)"),
        ({"database": "dropped"}, 'database "dropped" does not exist'),
    ],
    ids=["refused", "DNS", "rotated", "dropped"],
)
def test_what_cannot_be_reached_says_why(
    server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    parts: dict[str, Any],
    reason: str,
):
    assert reason in failure(server.url(**parts), monkeypatch)


def test_an_app_whose_connections_were_cut_is_ready(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
):
    with database(server.url(), monkeypatch) as handler:
        stale = handler["default"]
        stale.ensure_connection()
        server.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'app'"
        )
        reason = failure(server.url(), monkeypatch)
        stale.close()

    assert reason == ""


def test_what_accepts_and_never_answers_is_told_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = f"postgres://app:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/app"
        begun = time.monotonic()
        reason = failure(url, monkeypatch, timeout=0.2)
        took = time.monotonic() - begun

    assert (reason, took < 2) == ("no answer within 0.2 s", True)


def test_when_all_connections_are_taken_it_says_so(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
):
    server.query("ALTER ROLE app CONNECTION LIMIT 0")
    reason = failure(server.url(), monkeypatch)
    server.query("ALTER ROLE app CONNECTION LIMIT -1")

    assert reason.endswith("(all connections are in use: heroku pg:ps)")


def test_a_read_only_database_is_ready_unless_it_must_take_writes(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
):
    # As after a failover.
    server.query("ALTER ROLE app SET default_transaction_read_only = on")
    read = failure(server.url(), monkeypatch)
    write = failure(server.url(), monkeypatch, writable=True)
    server.query("ALTER ROLE app RESET default_transaction_read_only")

    assert (read, write) == ("", "read-only: nothing can be written")


def test_a_follower_need_not_take_writes(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
):
    with database(server.url(), monkeypatch) as handler:
        follower = {**handler.settings["default"], "TEST": {"MIRROR": "default"}}
        both = ConnectionHandler({**handler.settings, "blue": follower})
        monkeypatch.setattr(database_module, "connections", both)
        monkeypatch.setattr(own_connection, "connections", both)
        checks = database_module.find("database", writable=True)

    assert [(each.name, each._writable) for each in checks] == [
        ("database:default", True),
        ("database:blue", False),
    ]


def test_one_alias_alone_may_be_asked(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
):
    with database(server.url(), monkeypatch):
        (check,) = database_module.find("main", aliases="default", decides=False)

    assert (check.name, check.decides) == ("main:default", False)


def test_sqlite_is_not_asked_whether_it_takes_writes(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
):
    assert failure(sqlite_url, monkeypatch, writable=True) == ""
