"""
The checks of DATABASES; the silent cases first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from heroku_support.checks import databases
from tests.checks.test_checks import run_all
from tests.settings.places import KEY, WEB, heroku

POSTGRES = "django.db.backends.postgresql"
HOST = "ec2-1-2-3-4.compute-1.amazonaws.com"
POOLED = f"postgres://u:p@{HOST}:5433/d"

Enter = Callable[..., None]


def remote(**entry: Any) -> dict[str, Any]:
    """
    Return a database as the helper makes it.
    """
    url = f"postgres://u:p@{HOST}:5432/d"
    made = heroku({**WEB, **KEY}, DATABASE_URL=url).databases()["default"]
    return {**made, **entry}


@pytest.mark.usefixtures("on_a_dyno")
def test_what_the_helper_makes_is_fine(database: Enter):
    database(**remote())

    assert run_all(databases) == []


def test_sqlite_is_fine_locally():
    assert run_all(databases) == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("engine", ["django.db.backends.dummy", "", None, 7])
def test_no_database_at_all_is_left_to_django(database: Enter, engine: Any):
    database(ENGINE=engine)

    assert run_all(databases) == []


@pytest.mark.usefixtures("on_a_dyno")
def test_settings_that_django_refuses_are_left_to_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(type(connections), "settings", property(refuse))
    monkeypatch.delitem(vars(connections), "settings", raising=False)

    assert run_all(databases) == []


def refuse(handler: object) -> None:
    raise ImproperlyConfigured("DATABASES is no dictionary")


# --- E001 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
def test_sqlite_on_a_dyno_is_an_error():
    assert databases.check_sqlite() == [databases.E001]


@pytest.mark.usefixtures("on_a_dyno")
def test_spatialite_on_a_dyno_is_one_too(database: Enter):
    database(alias="places", ENGINE="django.contrib.gis.db.backends.spatialite")

    assert databases.check_sqlite() == [databases.E001]


# --- E002 ----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["", "localhost"])
def test_a_database_on_this_machine_is_fine_locally(database: Enter, host: str):
    database(ENGINE=POSTGRES, HOST=host)

    assert databases.check_host() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "variable", [{"PGHOST": "db.example.com"}, {"PGSERVICE": "app"}]
)
def test_libpqs_own_variables_name_a_host(
    database: Enter, monkeypatch: pytest.MonkeyPatch, variable: dict[str, str]
):
    database(ENGINE=POSTGRES)
    for name, value in variable.items():
        monkeypatch.setenv(name, value)

    assert databases.check_host() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("value", ["postgres://u:p@127.0.0.1:5432/d", "127.0.0.1"])
def test_a_tunnel_that_the_environment_names_is_fine(
    database: Enter, monkeypatch: pytest.MonkeyPatch, value: str
):
    monkeypatch.setenv("DB", value)
    database(ENGINE=POSTGRES, HOST="127.0.0.1", PORT=5432)

    assert databases.check_host() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "entry",
    [
        {"PORT": "6000", "HOST": "127.0.0.1"},
        {"OPTIONS": {"service": "app"}},
        {"HOST": "/tmp/sockets"},
    ],
)
def test_a_pooler_a_service_and_a_socket_are_fine(
    database: Enter, entry: dict[str, Any]
):
    database(ENGINE=POSTGRES, **entry)

    assert databases.check_host() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("host", ["", "localhost", "127.0.0.1", "::1"])
@pytest.mark.parametrize("engine", [POSTGRES, "django.db.backends.mysql"])
def test_a_database_on_the_dyno_itself_is_an_error(
    database: Enter, monkeypatch: pytest.MonkeyPatch, host: str, engine: str
):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    database(ENGINE=engine, HOST=host)

    assert databases.check_host() == [databases.E002]


# --- W004 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "db.internal", ""])
def test_a_private_host_may_go_without_tls(database: Enter, host: str):
    database(ENGINE=POSTGRES, HOST=host)

    assert databases.check_tls() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "options",
    [
        {"sslmode": "require"},
        {"sslmode": "verify-full"},
        {"sslrootcert": "system"},
        {"service": "app"},
    ],
)
def test_an_option_that_requires_tls_is_fine(database: Enter, options: dict[str, str]):
    database(ENGINE=POSTGRES, HOST=HOST, OPTIONS=options)

    assert databases.check_tls() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_libpqs_own_variable_may_require_tls(
    database: Enter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PGSSLMODE", "verify-ca")
    database(ENGINE=POSTGRES, HOST=HOST)

    assert databases.check_tls() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("options", [{}, {"sslmode": "prefer"}, None])
def test_postgres_elsewhere_without_tls_is_a_warning(database: Enter, options: Any):
    database(ENGINE=POSTGRES, HOST=HOST, OPTIONS=options)

    assert databases.check_tls() == [databases.W004]


@pytest.mark.usefixtures("on_a_dyno")
def test_where_hostaddr_leads_counts(database: Enter):
    database(ENGINE=POSTGRES, HOST="db", OPTIONS={"hostaddr": "8.8.8.8"})

    assert databases.check_tls() == [databases.W004]


# --- W005 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("kept", [{"CONN_MAX_AGE": 0}, {"CONN_HEALTH_CHECKS": True}])
def test_checked_or_closed_connections_are_fine(database: Enter, kept: dict[str, Any]):
    database(**{**remote(CONN_HEALTH_CHECKS=False), **kept})

    assert databases.check_health_checks() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("age", [600, None])
def test_kept_connections_without_health_checks_are_a_warning(
    database: Enter, age: int | None
):
    database(**remote(CONN_MAX_AGE=age, CONN_HEALTH_CHECKS=False))

    assert databases.check_health_checks() == [databases.W005]


# --- E003, E004 ----------------------------------------------------------------------------


def test_a_pool_by_itself_is_fine(database: Enter):
    database(ENGINE=POSTGRES, OPTIONS={"pool": {"max_size": 4}}, CONN_MAX_AGE=0)

    assert run_all(databases) == []


def test_a_pool_and_kept_connections_are_an_error_everywhere(database: Enter):
    entry = {"ENGINE": POSTGRES, "OPTIONS": {"pool": True}, "CONN_MAX_AGE": 600}
    database(**entry)

    assert databases.check_pool() == [databases.E003]
    with pytest.raises(ImproperlyConfigured, match="persistent connections"):
        _ = DatabaseWrapper(connections.settings["default"]).pool


@pytest.mark.parametrize("missing", ["psycopg", "psycopg_pool"])
def test_a_pool_without_its_library_is_an_error_everywhere(
    database: Enter, monkeypatch: pytest.MonkeyPatch, missing: str
):
    # The library is installed here, and nothing else can be taken away for one test.
    monkeypatch.setattr(databases, "find_library", lambda name: name != missing)
    assert run_all(databases) == []
    database(ENGINE=POSTGRES, OPTIONS={"pool": True})

    assert databases.check_pool_library() == [databases.E004]


# --- E005 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
def test_sessions_of_pgbouncer_keep_their_cursors(
    database: Enter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PGBOUNCER_POOL_MODE", "session")
    database(ENGINE=POSTGRES, HOST="127.0.0.1", PORT=6000)

    assert databases.check_server_side_cursors() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("pool_url", ["", "no url", POOLED])
def test_cursors_of_a_direct_connection_are_fine(
    database: Enter, monkeypatch: pytest.MonkeyPatch, pool_url: str
):
    monkeypatch.setenv("DATABASE_CONNECTION_POOL_URL", pool_url)
    database(**remote())

    assert databases.check_server_side_cursors() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "entry",
    [{"HOST": "127.0.0.1", "PORT": "6000"}, {"HOST": HOST, "PORT": 5433}],
    ids=["on the dyno", "by Heroku"],
)
def test_cursors_through_a_pooler_are_an_error(
    database: Enter, monkeypatch: pytest.MonkeyPatch, entry: dict[str, Any]
):
    monkeypatch.setenv("DATABASE_CONNECTION_POOL_URL", POOLED)
    database(ENGINE=POSTGRES, **entry)
    assert databases.check_server_side_cursors() == [databases.E005]

    database(ENGINE=POSTGRES, DISABLE_SERVER_SIDE_CURSORS=True, **entry)
    assert databases.check_server_side_cursors() == []


# --- W006 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
def test_kept_connections_are_fine_under_wsgi(database: Enter):
    database(**remote())

    assert databases.check_asgi() == []


def test_kept_connections_are_fine_locally(database: Enter, install: Any):
    install("daphne", SETTINGS_MODULE=None)
    database(**remote())

    assert databases.check_asgi() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_the_helper_knows_the_server_that_runs(database: Enter, install: Any):
    install("daphne", SETTINGS_MODULE="tests.django_settings")
    database(**remote())

    assert databases.check_asgi() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_kept_connections_under_asgi_are_a_warning(database: Enter, install: Any):
    install("daphne", SETTINGS_MODULE=None)
    database(**remote())
    assert databases.check_asgi() == [databases.W006]

    database(**remote(CONN_MAX_AGE=0))
    assert databases.check_asgi() == []
