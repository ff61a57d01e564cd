"""
Migrations of an app whose only way to its database is a PgBouncer in transaction mode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest

from tests.processes import DYNO, Project
from tests.release.live_site import in_the_way
from tests.release.written_app import COLUMN, TABLE, WrittenApp
from tests.servers.binaries import majors_under_test
from tests.servers.pgbouncer import pgbouncer
from tests.servers.postgres import Database, PostgresServer

pytestmark = pytest.mark.services

# What a statement of a migration may wait for, kept for the test to read.
NOTE = (
    'RunSQL("CREATE TABLE IF NOT EXISTS noted (timeout text);'
    " INSERT INTO noted SELECT current_setting('lock_timeout')\")"
)
SESSION = ("lock_timeout", "statement_timeout", "client_connection_check_interval")
ADVISORY = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"


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


def variables(app: WrittenApp, database: Database, port: int) -> dict[str, str]:
    return {
        **DYNO,
        "DYNO": "release.1",
        "HEROKU_RELEASE_VERSION": "v42",
        **app.variables,
        "DATABASE_URL": database.url(port=port),
    }


def test_a_transaction_has_a_timeout_and_no_other_client_gets_it(
    example: Project, database: Database, port: int
):
    app = WrittenApp.start(example, "pooled_timeouts")
    app.add("0001_noted", NOTE)
    app.add("0002_noted", NOTE)
    done = example.manage("heroku_migrate", **variables(app, database, port))
    shown = []
    url = database.url(port=port)
    # In transactions, so that each has a connection of its own: the pool's two.
    with psycopg.connect(url) as first, psycopg.connect(url) as second:
        for client in (first, second):
            for name in SESSION:
                (value,) = client.execute(f"SHOW {name}".encode()).fetchone() or ()
                shown.append(value)

    assert done.returncode == 0, done.stderr
    assert database.query("SELECT timeout FROM noted") == [("500ms",), ("500ms",)]
    assert (set(shown), database.query(ADVISORY)) == ({"0"}, [])


def test_a_reader_in_the_way_is_named_and_the_second_try_succeeds(
    example: Project, database: Database, port: int
):
    app = WrittenApp.start(example, "pooled_reader")
    app.add("0001_table", TABLE)
    example.manage("heroku_migrate", **variables(app, database, port))
    app.add("0002_column", COLUMN)
    with in_the_way(database, "SELECT * FROM pooled_reader_item") as reader:
        process = example.start("heroku_migrate", **variables(app, database, port))
        pid = reader.info.backend_pid
        assert process.stdout
        printed = next(line for line in process.stdout if "trying again" in line)
        reader.commit()
        rest, _ = process.communicate(timeout=60)

    assert process.returncode == 0, rest
    assert re.search(rf"lock timeout; blocked by pid {pid} \(web\.2, idle", printed)


def test_one_that_is_not_atomic_runs_with_a_warning(
    example: Project, database: Database, port: int
):
    app = WrittenApp.start(example, "pooled_alone")
    app.add("0001_noted", NOTE, atomic=False)
    done = example.manage("heroku_migrate", **variables(app, database, port))

    assert "warning: pooled_alone.0001_noted is not atomic" in done.stdout
    assert database.query("SELECT timeout FROM noted") == [("0",)]
