"""
The database check, against a Postgres that answers, and one that stopped doing so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import dj_database_url
import pytest
from django.db.utils import ConnectionHandler

from heroku_support import own_connection
from heroku_support.health.checks.database import DatabaseCheck
from heroku_support.health.readiness import Readiness
from tests.processes import DYNO, Project
from tests.servers.binaries import majors_under_test
from tests.servers.postgres import PostgresServer
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


def test_while_the_database_is_frozen_liveness_answers_and_readiness_does_not_pass(
    example: Project, server: PostgresServer
):
    with example.gunicorn(**DYNO, DATABASE_URL=server.url()) as served:
        before = served.get("/health/ready").status
        server.freeze()
        wait_until(lambda: served.get("/health/ready").status == 503, timeout=10)
        answers = [served.get("/health/ready"), served.get("/health/live")]
        server.thaw()
        wait_until(lambda: served.get("/health/ready").status == 200, timeout=10)

    assert [before, *(answer.text for answer in answers)] == [
        200,
        '{"status":"fail"}',
        "ok",
    ]
