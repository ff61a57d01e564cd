"""
The checks of what libpq reads beside DATABASES; the silent cases first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg.pq import Conninfo

from heroku_support.checks import libpq
from tests.settings.places import KEY, WEB, heroku

POSTGRES = "django.db.backends.postgresql"
HOST = "ec2-1-2-3-4.compute-1.amazonaws.com"

Enter = Callable[..., None]
Said = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """
    A home without a file for libpq, on a dyno that has none of its variables.
    """
    for option in Conninfo.get_defaults():
        if option.envvar:
            monkeypatch.delenv(option.envvar.decode(), raising=False)
    monkeypatch.setenv("DYNO", "web.1")
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def roots(home: Path) -> str:
    """
    A file with an authority, to which a variable may lead.
    """
    path = home / "roots.pem"
    path.touch()
    return str(path)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, database: Enter) -> Callable[..., Said]:
    """
    Return what is said of an entry where variables are set, as names and fixes.
    """

    def run(entry: dict[str, Any], **variables: str) -> Said:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        database(**entry)
        found = libpq.check_variables()
        assert {each.id for each in found} <= {libpq.W025.id}
        assert max((len(each.msg) for each in found), default=0) < 80
        return [(each.msg.partition(" ")[0], str(each.hint)) for each in found]

    return run


def postgres(**entry: Any) -> dict[str, Any]:
    """
    Return a database whose options say nothing.
    """
    return {"ENGINE": POSTGRES, "HOST": HOST, **entry}


def made(**arguments: Any) -> dict[str, Any]:
    """
    Return a database as the helper makes it.
    """
    settings = heroku({**WEB, **KEY}, DATABASE_URL=f"postgres://u:p@{HOST}:5432/d")
    return {**settings.databases(**arguments)["default"]}


EVERY = {
    "PGHOST": "203.0.113.1",
    "PGHOSTADDR": "203.0.113.1",
    "PGOPTIONS": "-c default_transaction_read_only=on",
    "PGSSLMODE": "no-verify",
    "PGSSLROOTCERT": "system",
}


def test_the_variables_are_those_that_libpq_reads():
    own = {each.envvar.decode() for each in Conninfo.get_defaults() if each.envvar}

    assert EVERY.keys() <= own
    assert {each.name for each in libpq.READ} == {*EVERY, libpq.OWN_ROOTS}


def test_without_a_variable_nothing_is_said(said: Callable[..., Said]):
    assert said(postgres()) == []
    assert said(made()) == []


def test_variables_are_fine_locally(
    said: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("DYNO")

    assert said(postgres(HOST=""), **EVERY) == []


@pytest.mark.parametrize("engine", ["django.db.backends.mysql", "", None, 7])
def test_other_databases_are_not_reached_by_libpq(
    said: Callable[..., Said], engine: Any
):
    assert said({"ENGINE": engine}, **EVERY) == []


@pytest.mark.parametrize("variable", [{}, {"PGSERVICE": "app"}])
def test_a_service_says_itself(said: Callable[..., Said], variable: dict[str, str]):
    options = {} if variable else {"service": "app"}

    assert said(postgres(OPTIONS=options), **EVERY, **variable) == []


def test_what_the_entry_says_no_variable_changes(
    said: Callable[..., Said], roots: str, home: Path
):
    (home / ".postgresql").mkdir()
    (home / ".postgresql" / "root.crt").touch()
    options = {
        "hostaddr": "192.0.2.1",
        "options": "-c lock_timeout=1s",
        "sslmode": "require",
        "sslrootcert": roots,
    }

    assert said(postgres(OPTIONS=options), **EVERY) == []


# --- PGHOST, PGHOSTADDR, PGOPTIONS ---------------------------------------------------------


@pytest.mark.parametrize(
    "entry", [postgres(), postgres(HOST="", OPTIONS={"host": "db.example.com"})]
)
def test_pghost_is_not_asked_where_a_host_is_named(
    said: Callable[..., Said], entry: dict[str, Any]
):
    assert said(entry, PGHOST="203.0.113.1") == []


@pytest.mark.parametrize("host", ["", None])
def test_pghost_is_the_host_of_a_database_that_names_none(
    said: Callable[..., Said], host: str | None
):
    ((name, hint),) = said(postgres(HOST=host), PGHOST="203.0.113.1")

    assert name == "PGHOST"
    assert hint.endswith("heroku.databases(), and: heroku config:unset PGHOST")


@pytest.mark.parametrize("name", ["PGHOSTADDR", "PGOPTIONS"])
@pytest.mark.parametrize("entry", [made(), postgres(), postgres(HOST="")])
def test_an_address_and_options_change_every_database(
    said: Callable[..., Said], name: str, entry: dict[str, Any]
):
    assert said(entry, **{name: EVERY[name]}) == [(name, f"heroku config:unset {name}")]


@pytest.mark.parametrize("name", ["PGHOST", "PGHOSTADDR", "PGOPTIONS", "PGSSLROOTCERT"])
def test_an_empty_variable_is_none(said: Callable[..., Said], name: str):
    assert said(postgres(HOST=""), **{name: ""}) == []


# --- PGSSLMODE -----------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["disable", "no-verify", "verify-full"])
def test_pgsslmode_is_not_asked_where_an_sslmode_is_named(
    said: Callable[..., Said], value: str
):
    assert said(made(), PGSSLMODE=value) == []


@pytest.mark.parametrize(
    ("host", "value"),
    [
        (HOST, "prefer"),
        # For W004 it is as good as an option.
        (HOST, "require"),
        (HOST, "verify-full"),
        ("10.1.2.3", "require"),
        ("10.1.2.3", "disable"),
        ("127.0.0.1", "disable"),
        ("/tmp/sockets", "require"),
    ],
)
def test_pgsslmode_may_ask_for_tls_or_be_without_effect(
    said: Callable[..., Said], host: str, value: str
):
    assert said(postgres(HOST=host), PGSSLMODE=value) == []


@pytest.mark.parametrize(
    ("host", "value"),
    [
        (HOST, "disable"),
        (HOST, "allow"),
        (HOST, "no-verify"),
        (HOST, ""),
        ("/tmp/sockets", "no-verify"),
        # A pooler on the dyno has no TLS.
        ("127.0.0.1", "require"),
        ("localhost", "verify-full"),
    ],
)
def test_pgsslmode_that_takes_tls_or_the_connection_away_is_a_warning(
    said: Callable[..., Said], host: str, value: str
):
    assert said(postgres(HOST=host), PGSSLMODE=value) == [
        ("PGSSLMODE", "heroku config:unset PGSSLMODE")
    ]


# --- PGSSLROOTCERT, ~/.postgresql/root.crt -------------------------------------------------


@pytest.mark.parametrize("sslmode", ["verify-ca", "verify-full"])
@pytest.mark.parametrize("name", ["roots.pem", ".postgresql/root.crt"])
def test_a_level_that_verifies_needs_an_authority(
    said: Callable[..., Said], home: Path, sslmode: str, name: str
):
    (home / name).parent.mkdir(exist_ok=True)
    (home / name).touch()
    variable = {"PGSSLROOTCERT": str(home / name)} if name == "roots.pem" else {}

    assert said(postgres(OPTIONS={"sslmode": sslmode}), **variable) == []


def test_an_authority_beside_a_variable_that_verifies_is_meant(
    said: Callable[..., Said], roots: str
):
    assert said(postgres(), PGSSLMODE="verify-ca", PGSSLROOTCERT=roots) == []


@pytest.mark.parametrize("sslmode", ["disable", "prefer"])
def test_less_than_require_is_what_w004_warns_of(
    said: Callable[..., Said], roots: str, sslmode: str
):
    entry = postgres(OPTIONS={"sslmode": sslmode})

    assert said(entry, PGSSLROOTCERT=roots) == []


def test_an_authority_that_is_no_file_is_ignored_by_libpq(said: Callable[..., Said]):
    assert said(made(), PGSSLROOTCERT="/app/gone.pem") == []


UNSET = 'heroku.databases(ssl="verify"), or: heroku config:unset PGSSLROOTCERT'


def test_an_authority_makes_require_verify(said: Callable[..., Said], roots: str):
    ((name, hint),) = said(made(), PGSSLROOTCERT=roots)

    assert name == "PGSSLROOTCERT"
    assert hint.endswith(UNSET)


@pytest.mark.parametrize(
    "entry", [made(), postgres(), postgres(HOST="127.0.0.1"), postgres(HOST="/tmp")]
)
def test_the_systems_authorities_make_everything_verify(
    said: Callable[..., Said], entry: dict[str, Any]
):
    ((name, hint),) = said(entry, PGSSLROOTCERT="system")

    assert name == "PGSSLROOTCERT"
    assert hint.endswith(UNSET)


def test_an_authority_in_the_home_does_so_too(
    said: Callable[..., Said], roots: str, home: Path
):
    (home / ".postgresql").mkdir()
    (home / ".postgresql" / "root.crt").touch()
    ((name, hint),) = said(made())
    assert name == "~/.postgresql/root.crt"
    assert hint.endswith(", or: git rm .postgresql/root.crt")

    # The variable comes before the file.
    ((name, _),) = said(made(), PGSSLROOTCERT=roots)
    assert name == "PGSSLROOTCERT"
    assert said(made(), PGSSLROOTCERT="/app/gone.pem") == []
