"""
A real PgBouncer in transaction mode between the app and its database, as Heroku's is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from tests.processes import DYNO, NO_SMOKE, RELEASE, Project
from tests.release import lock_process
from tests.servers.binaries import majors_under_test
from tests.servers.pgbouncer import pgbouncer
from tests.servers.postgres import Database, PostgresServer
from tests.servers.waiting import wait_until
from tests.settings.places import WEB, heroku

pytestmark = [pytest.mark.services, pytest.mark.django_db]


SETTINGS = """
from config.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "pooled"]
"""
# It writes with the default router, to the table that its own transaction has made.
MIGRATION = """
from django.db import connection, migrations, models

def write(apps, schema_editor):
    apps.get_model("pooled", "Note").objects.create(text="the first")
    with connection.cursor() as cursor:
        # A gate, which a test may shut.
        cursor.execute("SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(7)")
        assert cursor.connection.info.backend_pid == pid_of(cursor)

def pid_of(cursor):
    cursor.execute("SELECT pg_backend_pid()")
    return cursor.fetchone()[0]

class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel("Note", [
            ("id", models.BigAutoField(primary_key=True)), ("text", models.TextField()),
        ]),
        migrations.RunPython(write),
    ]
"""
AT_GATE = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """
    Postgres with TLS, which the pooler asks for.
    """
    with PostgresServer.start(majors_under_test()[-1]) as server:
        yield server


@pytest.fixture(scope="module")
def port(server: PostgresServer) -> Iterator[int]:
    """
    The pooler's.
    """
    with pgbouncer(server) as port:
        yield port


@pytest.fixture
def database(server: PostgresServer, port: int) -> Iterator[Database]:
    database = server.create_database()
    yield database
    database.drop()


@pytest.fixture
def pooled(database: Database, port: int) -> dict[str, str]:
    """
    The variables of an app whose pooler is attached.
    """
    return {
        "DATABASE_URL": database.url(),
        "DATABASE_CONNECTION_POOL_URL": database.url(port=port),
    }


@pytest.fixture
def connections(pooled: dict[str, str]) -> Iterator[ConnectionHandler]:
    """
    The connections that heroku.databases() describes on a dyno.
    """
    handler = ConnectionHandler({**heroku(WEB, **pooled).databases()})
    yield handler
    handler.close_all()


def is_pooled(connection: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
        return bool(cursor.connection.info.backend_pid != pid)


def add_migration(example: Project) -> dict[str, str]:
    """
    Give the example an app with a migration that looks where it is.
    """
    package = example.directory / "pooled" / "migrations"
    package.mkdir(parents=True, exist_ok=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    (package / "0001_initial.py").write_text(MIGRATION)
    (example.directory / "pooled_settings.py").write_text(SETTINGS)
    return {"DJANGO_SETTINGS_MODULE": "pooled_settings"}


def test_default_goes_through_the_pooler_and_direct_past_it(
    connections: ConnectionHandler,
):
    assert is_pooled(connections["default"])
    assert not is_pooled(connections["direct"])


def test_many_rows_come_one_after_another_without_a_cursor_on_the_server(
    connections: ConnectionHandler,
):
    with connections["default"].chunked_cursor() as cursor:
        cursor.execute("SELECT generate_series(1, 10000)")
        first = cursor.fetchone()
        # Meanwhile another client has the pooler's connection.
        with connections["default"].copy().cursor() as other:
            other.execute("SELECT 1")
            other.connection.close()
        assert (first, len(cursor.fetchall())) == ((1,), 9999)
    assert connections["default"].settings_dict["DISABLE_SERVER_SIDE_CURSORS"]


def test_the_pooler_refuses_options_of_a_session(database: Database, port: int):
    url = database.url(port=port, options="-c search_path=public")
    refused = ConnectionHandler(
        {**heroku(WEB, DATABASE_URL=url).databases()}  # no pooler, for all it says
    )["default"]

    with pytest.raises(OperationalError, match="unsupported startup parameter"):
        refused.ensure_connection()


def test_a_session_of_a_request_leaves_nothing_to_the_next(
    connections: ConnectionHandler,
):
    for _ in range(3):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            assert cursor.fetchone() == (0,)
        connections["default"].close()


def test_a_release_migrates_past_the_pooler_under_its_own_name(
    example: Project, database: Database, pooled: dict[str, str]
):
    variables = {**RELEASE, **pooled, **add_migration(example)}
    released = example.release(**variables)

    assert released.returncode == 0, released.stderr
    assert "pooler" not in released.stdout
    assert database.query("SELECT text FROM pooled_note") == [("the first",)]


def test_of_two_releases_at_once_one_waits_for_the_other(
    example: Project, database: Database, pooled: dict[str, str]
):
    command = ("heroku_release", *NO_SMOKE)
    variables = {**RELEASE, **pooled, **add_migration(example)}
    with psycopg.connect(database.url(), autocommit=True) as gate:
        gate.execute("SELECT pg_advisory_lock(7)")
        first = example.start(*command, **variables)
        wait_until(lambda: database.query(AT_GATE), timeout=60)
        second = example.start(*command, **variables)
        waiting = lock_process.line(second, "waiting for the release lock")
    printed = [process.communicate(timeout=60)[0] for process in (first, second)]

    assert (first.returncode, second.returncode) == (0, 0), printed
    assert re.search(r"held by pid \d+ heroku_release v42", waiting)
    assert "migrate: nothing to do" in printed[1]


def two_at_once(
    example: Project, database: Database, port: int, *command: str, **variables: str
) -> list[tuple[int, str]]:
    """
    Return how both ended which were started together with a pooler only.
    """
    variables["DATABASE_URL"] = database.url(port=port)
    processes = [example.start(*command, **variables) for _ in range(2)]
    printed = [process.communicate(timeout=100)[0] for process in processes]
    return [
        (process.returncode, each)
        for process, each in zip(processes, printed, strict=True)
    ]


@pytest.mark.timeout(600)
def test_releases_that_have_a_pooler_only_say_so_and_exclude_each_other_all_the_same(
    example: Project, server: PostgresServer, port: int
):
    for _ in range(10):
        database = server.create_database()
        command = ("heroku_release", *NO_SMOKE)
        done = two_at_once(example, database, port, *command, **RELEASE)
        printed = "".join(each for _, each in done)
        steps = re.findall(r"migrate: (\d+ applied|nothing to do)", printed)
        locks = database.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'")
        with psycopg.connect(database.url(port=port), prepare_threshold=None) as other:
            timeout = other.execute("SHOW lock_timeout").fetchone()
        database.drop()

        assert ([status for status, _ in done], locks, timeout) == ([0, 0], [], ("0",))
        assert [
            each.count("warning: the database 'default' is behind a pooler")
            for _, each in done
        ] == [1, 1]
        assert (len(steps), "nothing to do" in steps) == (2, True), printed


@pytest.mark.timeout(600)
def test_two_migrates_that_nothing_guards_do_not(
    example: Project, server: PostgresServer, port: int
):
    """
    The control of the trials above.
    """

    def trial() -> list[int]:
        database = server.create_database()
        local = {**DYNO, "DYNO": ""}
        done = two_at_once(example, database, port, "migrate", **local)
        database.drop()
        return [status for status, _ in done]

    assert any(1 in trial() for _ in range(10))


def test_an_app_is_served_through_the_pooler(
    example: Project, database: Database, pooled: dict[str, str]
):
    variables = {**DYNO, **pooled}
    example.release(**{**variables, "DYNO": "release.1"})
    host = {"X-Forwarded-Proto": "https", "Host": "survey.herokuapp.com"}
    with example.gunicorn(**variables) as served:
        answers = [served.get("/", host), served.get("/health/ready")]

    assert [answer.status for answer in answers] == [200, 200]
