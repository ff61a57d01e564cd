"""
The release lock through a real PgBouncer in transaction mode.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import psycopg
import pytest
from django.db.utils import ConnectionHandler

from heroku_support import own_connection
from heroku_support.release import lock
from tests.processes import DYNO, Project
from tests.release import lock_process
from tests.release.test_lock import intervals
from tests.servers.binaries import majors_under_test
from tests.servers.pgbouncer import pgbouncer
from tests.servers.postgres import Database, PostgresServer
from tests.settings.places import WEB, heroku

pytestmark = [pytest.mark.services, pytest.mark.django_db]

RUN = {**DYNO, "DYNO": "run.1"}
SESSION = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")


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
    with pgbouncer(server, size=20) as port:
        yield port


@pytest.fixture
def database(server: PostgresServer, port: int) -> Iterator[Database]:
    database = server.create_database()
    yield database
    database.drop()


def advisory_locks(database: Database) -> int:
    ((count,),) = database.query(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    )
    return int(count)


def test_those_that_compete_never_hold_it_at_once_and_leave_nothing(
    database: Database, port: int
):
    found = intervals(database.url(port=port), processes=4, times=5)

    assert len(found) == 20
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(found))
    assert advisory_locks(database) == 0


def test_one_that_comes_directly_waits_for_one_that_comes_through_the_pooler(
    database: Database, port: int
):
    pooled = lock_process.start("hold", "0", DATABASE_URL=database.url(port=port))
    warning = lock_process.line(pooled, "warning")
    lock_process.line(pooled, "held")
    direct = lock_process.start("hold", "0", DATABASE_URL=database.url())
    refused = lock_process.end(direct)
    lock_process.end(pooled)

    assert "behind a pooler" in warning
    assert re.search(r"gave up .* held by pid \d+ test", refused)


def test_a_killed_holder_behind_the_pooler_has_let_go(database: Database, port: int):
    url = database.url(port=port)
    holder = lock_process.start("hold", "0", DATABASE_URL=url)
    lock_process.line(holder, "held")
    holder.kill()
    after = lock_process.start("hold", "2", DATABASE_URL=url)
    lock_process.line(after, "held")
    lock_process.end(holder)
    lock_process.end(after)

    assert advisory_locks(database) == 0


def test_other_clients_of_the_pooler_find_their_session_as_it_was(
    database: Database, port: int
):
    url = database.url(port=port)
    with psycopg.connect(database.url(), autocommit=True) as fresh:
        expected = [fresh.execute(f"SHOW {name}").fetchone() for name in SESSION]
    holder = lock_process.start("hold", "0", DATABASE_URL=url)
    lock_process.line(holder, "held")
    lock_process.end(holder)
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as other:
        found = [other.execute(f"SHOW {name}").fetchone() for name in SESSION]

    assert found == expected


def test_the_pooled_and_the_direct_alias_are_one_database(
    database: Database, port: int, monkeypatch: pytest.MonkeyPatch
):
    variables = {
        "DATABASE_URL": database.url(),
        "DATABASE_CONNECTION_POOL_URL": database.url(port=port),
    }
    connections = ConnectionHandler({**heroku(WEB, **variables).databases()})
    for module in (own_connection, lock):
        monkeypatch.setattr(module, "connections", connections)
    said: list[str] = []
    aliases = ["default", "direct"]
    with lock.release_lock(aliases, name="test", wait=0, log=said.append) as held:
        held.check()

        assert advisory_locks(database) == 1
    assert "behind a pooler" in said[0]


def test_a_plain_migrate_takes_its_lock_past_the_pooler(
    example: Project, database: Database, port: int
):
    variables = {
        **RUN,
        "DATABASE_URL": database.url(),
        "DATABASE_CONNECTION_POOL_URL": database.url(port=port),
    }
    processes = [example.start("migrate", **variables) for _ in range(2)]
    printed = [lock_process.end(process) for process in processes]

    assert sorted(process.returncode for process in processes) in ([0, 0], [0, 1])
    assert not any("pooler" in each for each in printed)
    assert advisory_locks(database) == 0


def test_a_plain_migrate_that_has_a_pooler_only_is_guarded_all_the_same(
    example: Project, database: Database, port: int
):
    variables = {**RUN, "DATABASE_URL": database.url(port=port)}
    processes = [example.start("migrate", **variables) for _ in range(2)]
    printed = [lock_process.end(process) for process in processes]

    assert all("behind a pooler" in each for each in printed), printed
    assert sorted(process.returncode for process in processes) in ([0, 0], [0, 1])
