"""
What a real Postgres tells of itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from heroku_support.connect import postgres as connect_postgres
from heroku_support.connect import servers
from heroku_support.connect.servers import ask_servers
from heroku_support.dyno import Dyno
from heroku_support.manifests.live import Database as Told
from heroku_support.redaction import has_piece_of_secret
from heroku_support.settings.heroku import Heroku
from tests.release.aliases import second_database
from tests.servers.fault_proxy import FaultProxy
from tests.servers.postgres import PASSWORD, ROLE, Database, PostgresServer
from tests.servers.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
REMOTE = {"host": "db.example.com", "hostaddr": "127.0.0.1"}


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[Database]:
    database = postgres.create_database()
    yield database
    database.drop()


@pytest.fixture
def newest(postgres_newest: PostgresServer) -> Iterator[Database]:
    database = postgres_newest.create_database()
    yield database
    database.drop()


@pytest.fixture
def ask(django_db_blocker: Any) -> Callable[..., Told]:
    """
    Ask the database of a URL, which is the alias ``asked`` of the settings.
    """

    def ask(url: str, *, seconds: float = 10, **variables: str) -> Told:
        with asked(url, django_db_blocker):
            dyno = Dyno.from_environ(variables)
            live = ask_servers(ROOT, dyno, seconds=seconds)
        (told,) = live.databases
        return told

    return ask


@contextmanager
def asked(url: str, django_db_blocker: Any, **changed: Any) -> Iterator[None]:
    entry = Heroku({"DATABASE_URL": url}, argv=[]).databases()["default"]
    with django_db_blocker.unblock(), second_database("asked", {**entry, **changed}):
        yield


def test_a_server_says_its_version_and_its_limit(database: Database, ask):
    told = ask(database.url())

    assert told.product.startswith(f"PostgreSQL {database.server.major}.")
    assert told.version[0] == database.server.major
    assert told.error == ""
    # 100, and 3 for superusers alone.
    assert told.most_clients == 97


def test_the_smallest_limit_counts(newest: Database, ask):
    newest.query(f"ALTER DATABASE {newest.name} CONNECTION LIMIT 30")
    assert ask(newest.url()).most_clients == 30

    newest.query(f"ALTER ROLE {ROLE} CONNECTION LIMIT 20")
    try:
        assert ask(newest.url()).most_clients == 20
    finally:
        newest.query(f"ALTER ROLE {ROLE} CONNECTION LIMIT -1")


def test_tls_is_seen_and_asked_for_where_it_can_be_stronger(newest: Database, ask):
    url = newest.url(**REMOTE)
    authority = {"SSL_CERT_FILE": str(newest.server.authority)}
    told = [ask(url), ask(url, **authority), ask(f"{url}&channel_binding=require")]

    assert [each.stronger for each in told] == ["bound", "verify", ""]
    assert [(each.has_tls, each.is_local) for each in told] == [(True, False)] * 3


def test_a_connection_that_is_verified_can_be_no_stronger(newest: Database, ask):
    root = str(newest.server.authority)
    url = newest.url(**REMOTE, sslmode="verify-full", sslrootcert=root)

    assert ask(url).stronger == ""


def test_of_a_server_on_this_machine_no_tls_is_asked(newest: Database, ask):
    told = ask(newest.url())

    assert (told.is_local, told.stronger) == (True, "")


def test_a_server_without_tls_is_seen(
    postgres_without_tls: PostgresServer, ask, tmp_path: Path
):
    told = ask(postgres_without_tls.url(**REMOTE, sslmode="disable"))

    assert (told.has_tls, told.is_local, told.stronger) == (False, False, "")


def test_extensions_that_are_not_there_are_told(newest: Database, ask):
    newest.query("CREATE EXTENSION citext")
    with override_settings(
        HEROKU_SUPPORT_RELEASE_EXTENSIONS=["citext", "hstore", "nonsense"]
    ):
        assert ask(newest.url()).missing == {"hstore": True, "nonsense": False}


def test_geodjango_needs_postgis(newest: Database, ask, django_db_blocker: Any):
    assert "postgis" in connect_postgres.needed(
        "django.contrib.gis.db.backends.postgis"
    )
    assert ask(newest.url()).missing == {}


@pytest.mark.parametrize(
    ("pool", "size"),
    [(True, 4), ({"max_size": 2}, 2), ({"min_size": 3}, 3), (False, None)],
)
def test_a_pool_has_its_size(pool, size, newest: Database, django_db_blocker: Any):
    options = {"OPTIONS": {"pool": pool} if pool else {}, "CONN_MAX_AGE": 0}
    with asked(newest.url(), django_db_blocker, **options):
        (told,) = ask_servers(ROOT, Dyno.from_environ({})).databases

    assert (told.pool, told.error) == (size, "")


def test_a_server_that_hangs_is_given_up(
    newest: Database, ask, fault_proxy: Callable[..., FaultProxy]
):
    proxy = fault_proxy(newest.server.port)
    proxy.blackhole()
    started = time.monotonic()
    told = ask(newest.url(port=proxy.port), seconds=0.2)

    assert told.error == "it does not answer in time"
    assert time.monotonic() - started < 4


def test_why_a_server_refuses_is_told_without_a_password(newest: Database, ask):
    wrong = "Wrong7@xV/9#kW"
    told = [ask(newest.url(password=wrong)), ask(newest.url(port=1))]

    assert "password authentication failed" in told[0].error
    assert "refused" in told[1].error
    assert not any(
        has_piece_of_secret(each.error, {"A_PASSWORD": secret})
        for each in told
        for secret in (wrong, PASSWORD)
    )


def test_it_is_told_where_the_setting_stands(newest: Database, ask):
    told = ask(newest.url())

    assert (told.name, told.place.path) == (
        'DATABASES["asked"]',
        "tests/django_settings.py",
    )
    assert told.place.position == (14, 5)


def test_a_connection_leaves_nothing_behind(newest: Database, ask):
    ask(newest.url(**REMOTE))
    sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"

    wait_until(lambda: newest.query(sql) == [(0,)])


def test_sqlite_and_no_database_are_not_asked():
    assert ask_servers(ROOT, Dyno.from_environ({})).servers == ()


def test_another_server_is_asked_whether_it_is_there(monkeypatch, django_db_blocker):
    # No other server is installed by pip; SQLite stands for it.
    monkeypatch.setattr(servers, "NOT_ASKED", ())
    with django_db_blocker.unblock():
        (told,) = ask_servers(ROOT, Dyno.from_environ({})).databases

    assert (told.product, told.error) == ("SQLite", "")


@pytest.mark.parametrize(
    ("variables", "known"),
    [
        ({"WEB_CONCURRENCY": "7"}, None),
        ({"WEB_CONCURRENCY": "7", "DYNO": "run.1"}, 7),
        (
            {"WEB_CONCURRENCY": "7", "DYNO": "run.1", "WEB_CONCURRENCY_SET_BY": "x"},
            None,
        ),
    ],
)
def test_a_variable_counts_where_somebody_has_set_it(variables, known):
    assert ask_servers(ROOT, Dyno.from_environ(variables)).web_concurrency == known
