"""
Which databases a release waits for, refuses, and leaves out.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test import override_settings

from heroku_support.release import database
from heroku_support.release.errors import DatabaseRefusedError
from tests.processes import NO_SMOKE, RELEASE, Project
from tests.release.releases import make_release
from tests.servers.fault_proxy import FaultProxy
from tests.servers.postgres import Database, PostgresServer, free_port


@pytest.fixture
def leader(postgres_newest: PostgresServer) -> Iterator[Database]:
    database = postgres_newest.create_database()
    yield database
    database.drop()


@pytest.fixture
def follower(leader: Database) -> Iterator[Database]:
    with leader.server.follow() as server:
        yield Database(server, leader.name)


# --- which of them ---------------------------------------------------------------------------


class OnlyDefault:
    """
    A router that keeps every model in one database.
    """

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"


def test_a_database_without_a_mirror_is_one_to_release_to():
    assert database.candidates() == ("default",)


@override_settings(DATABASE_ROUTERS=[OnlyDefault()])
def test_one_that_the_routers_allow_a_model_is_one_to_release_to():
    assert database.candidates() == ("default",)


SECOND = """
from config.settings import *
DATABASES["second"] = {**DATABASES["default"], "NAME": "%s", "TEST": {}}
DATABASE_ROUTERS = [%s]
"""
ROUTER = """
class OnlyDefault:
    def allow_migrate(self, db, app_label, **hints):
        return db == "default"
"""


def test_a_database_in_which_no_model_may_be_is_not_touched(
    small: Project, leader: Database
):
    other = leader.server.create_database()
    (small.directory / "routers.py").write_text(ROUTER)
    settings = SECOND % (other.name, '"routers.OnlyDefault"')
    (small.directory / "routed_settings.py").write_text(settings)
    routed = {"DJANGO_SETTINGS_MODULE": "routed_settings"}
    released = small.release(**RELEASE, **routed, DATABASE_URL=leader.url())
    tables = other.query("SELECT relname FROM pg_class WHERE relname LIKE 'django%'")
    other.drop()

    assert released.returncode == 0, released.stderr
    assert tables == []


def test_every_database_is_migrated_in_one_release(small: Project, leader: Database):
    other = leader.server.create_database()
    settings = SECOND % (other.name, "")
    (small.directory / "second_settings.py").write_text(settings)
    second = {"DJANGO_SETTINGS_MODULE": "second_settings"}
    released = small.release(**RELEASE, **second, DATABASE_URL=leader.url())
    rows = other.query("SELECT count(*) FROM django_migrations")
    both = leader.query("SELECT count(*) FROM django_migrations")
    other.drop()

    assert released.returncode == 0, released.stderr
    assert rows == both != [(0,)]


# --- reached ---------------------------------------------------------------------------------


def test_a_database_that_comes_up_late_is_waited_for(small: Project, leader: Database):
    port = free_port()
    url = leader.url(port=port)
    waiting = small.start("heroku_release", *NO_SMOKE, **RELEASE, DATABASE_URL=url)
    assert waiting.stdout
    lines = iter(waiting.stdout.readline, "")
    told = next(line for line in lines if line.startswith("waiting"))
    with FaultProxy(leader.server.port, port=port):
        printed, _ = waiting.communicate(timeout=60)

    assert waiting.returncode == 0, printed
    assert told.startswith("waiting for the database 'default' (0s of 60s): ")


def test_one_that_stays_away_fails_the_release_when_the_time_is_up(
    small: Project, leader: Database
):
    url = leader.url(port=free_port())
    started = time.monotonic()
    failed = small.release("--wait-for-db", "2", **RELEASE, DATABASE_URL=url)

    assert (failed.returncode, failed.stderr.count("\n")) == (5, 1), failed.stderr
    assert 2 < time.monotonic() - started < 20


@pytest.mark.covers_processes
@pytest.mark.parametrize(
    ("part", "value"),
    [("password", "wrong-Wq7"), ("database", "missing"), ("user", "nobody")],
)
def test_a_wrong_login_is_given_up_in_less_than_ten_seconds(
    small: Project, leader: Database, part: str, value: str
):
    url = leader.server.url(**{"database": leader.name, part: value})
    failed = small.release(**RELEASE, DATABASE_URL=url)
    spent = re.search(r'"database": ([\d.]+)', failed.stdout)

    assert failed.returncode == 5
    assert spent and float(spent[1]) < 10


@pytest.mark.parametrize(
    "words",
    [
        "the database system is starting up",
        "the database system is not yet accepting connections",
        "the database system is in recovery mode",
        "remaining connection slots are reserved for roles with the SUPERUSER attribute",
    ],
)
def test_what_passes_is_not_taken_for_a_wrong_login(words: str):
    # What each server says for a moment only, when it is started.
    assert not database.WRONG.search(f"connection failed: FATAL:  {words}")


# --- refused ---------------------------------------------------------------------------------


@pytest.mark.covers_processes
def test_a_follower_as_default_is_refused_with_the_reason(
    small: Project, follower: Database
):
    refused = small.release(**RELEASE, DATABASE_URL=follower.url())

    assert (refused.returncode, refused.stderr.count("\n")) == (5, 1), refused.stderr
    assert "'default' is a follower, which cannot be written to" in refused.stderr


FOLLOWED = """
from config.settings import *
DATABASES["copy"] = {**DATABASES["default"], "PORT": %d, "TEST": {}}
"""


@pytest.mark.covers_processes
def test_a_follower_under_another_alias_is_left_out(
    small: Project, leader: Database, follower: Database
):
    settings = FOLLOWED % follower.server.port
    (small.directory / "followed_settings.py").write_text(settings)
    followed = {"DJANGO_SETTINGS_MODULE": "followed_settings"}
    released = small.release(**RELEASE, **followed, DATABASE_URL=leader.url())

    assert released.returncode == 0, released.stderr
    assert "'copy' is a follower: left out" in released.stdout


@pytest.mark.django_db
def test_a_database_that_is_no_postgres_is_no_follower():
    release = make_release(databases=[])

    assert database.reach(release) == "default (SQLite)"
    assert release.databases == ["default"]


def test_what_a_server_cannot_say_in_english_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
):
    # No server here speaks anything else.
    def refuse() -> None:
        raise OperationalError("Passwort-Authentifizierung fehlgeschlagen")

    monkeypatch.setattr(connections["default"], "ensure_connection", refuse)
    stream = io.StringIO()
    release = make_release(stream=stream, databases=[], wait_for_database=0.3)
    with pytest.raises(DatabaseRefusedError, match="fehlgeschlagen"):
        database.reach(release)

    assert re.match(
        r"waiting for the database 'default' \(0s of 0s\)", stream.getvalue()
    )
