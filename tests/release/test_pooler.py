"""
A release of an app whose ``default`` goes through a pooler.

PgBouncer itself is in tests/services: pip has none. Here a proxy stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.utils import ConnectionHandler

from heroku_support import own_connection
from heroku_support.health.checks import database as database_check
from heroku_support.release import database as release_database
from heroku_support.release import lock, postgres_lock
from tests.processes import DYNO, NO_SMOKE, Project
from tests.servers.fault_proxy import FaultProxy
from tests.servers.postgres import Database
from tests.settings.places import WEB, heroku

pytestmark = [pytest.mark.server, pytest.mark.django_db]


@pytest.fixture
def database(newest: Database) -> Database:
    return newest


@pytest.fixture
def proxy(database: Database, fault_proxy: Callable[..., FaultProxy]) -> FaultProxy:
    """
    In the place of the pooler.
    """
    return fault_proxy(database.server.port)


@pytest.fixture
def pooled(database: Database, proxy: FaultProxy) -> dict[str, str]:
    """
    The variables of an app whose pooler is attached.
    """
    return {
        "DATABASE_URL": database.url(),
        "DATABASE_CONNECTION_POOL_URL": database.url(port=proxy.port),
    }


def handler(monkeypatch: pytest.MonkeyPatch, settings: Any) -> ConnectionHandler:
    """
    Give the package a project's connections that the tests' own settings do not have.
    """
    connections = ConnectionHandler({**settings})
    for module in (own_connection, release_database, database_check, lock):
        monkeypatch.setattr(module, "connections", connections)
    return connections


@pytest.fixture
def connections(
    pooled: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[ConnectionHandler]:
    connections = handler(monkeypatch, heroku(WEB, **pooled).databases())
    yield connections
    connections.close_all()


def port_of(connections: ConnectionHandler) -> int:
    return int(connections["default"].settings_dict["PORT"])


@pytest.mark.parametrize(
    "command",
    [["heroku_release", *NO_SMOKE], ["heroku_migrate"], ["heroku_superuser"]],
    ids=lambda command: command[0],
)
def test_a_release_sends_the_pooler_nothing(
    small: Project,
    proxy: FaultProxy,
    database: Database,
    pooled: dict[str, str],
    command: list[str],
):
    superuser = {
        "DJANGO_SUPERUSER_USERNAME": "ada",
        "DJANGO_SUPERUSER_EMAIL": "ada@example.com",
        "DJANGO_SUPERUSER_PASSWORD": "Correct-Horse-9",
    }
    environ = {**DYNO, "DYNO": "release.1", **superuser}
    if command == ["heroku_superuser"]:
        small.manage("heroku_migrate", **environ, DATABASE_URL=database.url())
    released = small.manage(*command, **environ, **pooled)

    assert released.returncode == 0, released.stderr
    assert proxy.sent == b""


def test_default_is_the_database_itself_for_a_release_and_nothing_longer(
    connections: ConnectionHandler, database: Database, proxy: FaultProxy
):
    before = connections["default"]
    with release_database.past_pooler():
        direct = connections["default"]
        direct.ensure_connection()
        during = (port_of(connections), direct.alias)

    assert during == (database.server.port, "default")
    assert (connections["default"], direct.connection) == (before, None)


def test_a_release_that_fails_gives_default_back(connections: ConnectionHandler):
    before = connections["default"]
    with (
        pytest.raises(ValueError, match="a step"),
        release_database.past_pooler(),
    ):
        raise ValueError("a step")

    assert connections["default"] is before


def test_a_colour_that_is_called_direct_is_another_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    variables = {
        "DATABASE_URL": database.url(),
        "HEROKU_POSTGRESQL_DIRECT_URL": database.url(host="127.0.0.9"),
    }
    connections = handler(monkeypatch, heroku(WEB, **variables).databases())
    with release_database.past_pooler():
        host = connections["default"].settings_dict["HOST"]

    assert host == "127.0.0.1"
    assert [check.name for check in database_check.find("database")] == [
        "database:default",
        "database:direct",
    ]


def test_readiness_asks_followers_but_not_the_same_database_twice(
    pooled: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    follower = "postgres://u:p@follower.example.com/n"
    attached = {**pooled, "HEROKU_POSTGRESQL_BRONZE_URL": follower}
    handler(monkeypatch, heroku(WEB, **attached).databases())

    assert {check.name for check in database_check.find("database")} == {
        "database:default",
        "database:bronze",
    }


def test_a_release_through_a_pooler_is_warned_of_with_what_mends_it(
    connections: ConnectionHandler, monkeypatch: pytest.MonkeyPatch
):
    # As PgBouncer would make it; tests/services has one.
    monkeypatch.setattr(postgres_lock, "is_pooled", lambda connection, pid: True)
    said: list[str] = []
    with lock.release_lock(["default"], name="test", wait=1, log=said.append):
        pass

    (line,) = said
    assert line.startswith("warning: the database 'default' is behind a pooler")
    assert "DATABASE_CONNECTION_POOL_URL" in line


@pytest.mark.parametrize(("real", "is_pooled"), [(31478, False), (31479, True)])
def test_a_pooler_shows_itself_by_the_process_id_that_it_makes_up(
    real: int, is_pooled: bool
):
    # A driver's connection as far as it is looked at; tests/services has the real ones.
    connection = SimpleNamespace(info=SimpleNamespace(backend_pid=31478))

    assert postgres_lock.is_pooled(connection, real) is is_pooled
