"""
``DATABASES`` in each phase.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from heroku_support.errors import ConfigError
from tests.settings.places import (
    BUILD,
    CI,
    ELSEWHERE,
    EVERYWHERE,
    FIR,
    LOCAL,
    ON_HEROKU,
    RELEASE,
    RUN,
    WEB,
    heroku,
    problem_of,
)

URL = "postgres://u:S3cr3t@db.example.com/n"
DEFAULT = "sqlite:///db.sqlite3"
DUMMY = {"default": {"ENGINE": "django.db.backends.dummy"}}
MISSING = [{}, {"DATABASE_URL": ""}, {"DATABASE_URL": " \n"}]


def why(environ, url):
    settings = heroku(environ, DATABASE_URL=url)
    settings.databases()
    (decision,) = settings.decisions
    return decision.why


@pytest.mark.parametrize("environ", EVERYWHERE)
@pytest.mark.parametrize("default", [None, DEFAULT])
def test_variable_comes_before_the_default(environ, default):
    settings = heroku(environ, DATABASE_URL=f" {URL}\n")

    assert settings.databases(default=default)["default"]["NAME"] == "n"


@pytest.mark.parametrize("environ", ELSEWHERE)
@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("default", [DEFAULT, f" {DEFAULT}\n"])
def test_default_stands_in_off_the_dynos(environ, missing, default):
    found = heroku(environ, **missing).databases(default=default)

    assert found["default"]["NAME"] == "db.sqlite3"


@pytest.mark.parametrize("environ", ELSEWHERE)
@pytest.mark.parametrize("missing", MISSING)
def test_without_a_default_nothing_may_use_a_database(environ, missing):
    assert heroku(environ, **missing).databases() == DUMMY


@pytest.mark.parametrize("default", [None, DEFAULT])
@pytest.mark.parametrize("missing", MISSING)
def test_release_without_a_database_is_left_to_the_release(missing, default):
    assert heroku(RELEASE, **missing).databases(default=default) == DUMMY


@pytest.mark.parametrize("environ", [RUN, WEB, FIR])
@pytest.mark.parametrize("default", [None, DEFAULT])
@pytest.mark.parametrize("missing", MISSING)
def test_missing_variable_is_a_problem_on_a_dyno(environ, missing, default):
    problem = problem_of(heroku(environ, **missing).databases, default=default)

    assert (problem.variable, problem.reason) == ("DATABASE_URL", "is missing.")
    assert problem.fix == "heroku addons:create heroku-postgresql:essential-0"


@pytest.mark.parametrize("environ", [LOCAL, CI, BUILD])
def test_default_is_held_to_the_same_rules(environ):
    problem = problem_of(heroku(environ).databases, default="postgres://u:p#@h/n")

    assert problem.variable == "databases(default=…)"
    assert "has a # in it" in problem.reason


def test_fix_of_a_default_is_a_line_of_python():
    problem = problem_of(heroku(LOCAL).databases, default="nonsense")

    assert problem.fix.startswith("heroku.databases(default=")


@pytest.mark.parametrize("environ", ON_HEROKU)
def test_sqlite_on_a_dyno_is_left_to_the_checks(environ):
    found = heroku(environ, DATABASE_URL=DEFAULT).databases()

    assert found["default"]["ENGINE"] == "django.db.backends.sqlite3"


@pytest.mark.parametrize(
    ("environ", "url", "reason"),
    [
        (WEB, URL, "TLS: sslmode=require"),
        (LOCAL, f"{URL}?sslmode=disable", "TLS: sslmode=disable"),
        (WEB, "postgres://u:p@db/n", "no TLS added: the host is local or private"),
        (LOCAL, DEFAULT, ""),
    ],
)
def test_decision_says_why(environ, url, reason):
    assert why(environ, url) == reason


def test_decision_does_not_call_a_remote_mysql_private():
    assert "local or private" not in why(WEB, "mysql://u:p@db.example.com/n")


def test_decision_shows_no_password():
    settings = heroku(WEB, DATABASE_URL=f"{URL}?sslpassword=S3cr3t")
    settings.databases()

    assert "S3cr3t" not in repr(settings.decisions)
    assert settings.decisions[0].value["default"]["PASSWORD"] == "***"


@pytest.mark.parametrize(
    ("options", "url", "reason"),
    [
        ({"ssl": "verify"}, "postgres://u:p@db/n", "ssl=verify adds nothing: the host"),
        ({"pool": True, "conn_max_age": 60}, URL, "psycopg's pool: CONN_MAX_AGE 0"),
        ({}, "postgres://u:p@127.0.0.1:6000/db1", "PgBouncer: no server-side cursors"),
    ],
)
def test_decision_says_what_an_argument_came_to(options, url, reason):
    settings = heroku(WEB, DATABASE_URL=url)
    settings.databases(**options)
    (decision,) = settings.decisions

    assert reason in decision.why


@pytest.mark.parametrize("default", [None, DEFAULT])
@pytest.mark.parametrize("environ", EVERYWHERE)
def test_level_that_is_none_is_a_problem_everywhere(environ, default):
    settings = heroku(environ, DATABASE_URL="sqlite:///db.sqlite3")
    problem = problem_of(settings.databases, default=default, ssl="verified")

    assert problem.variable == "databases(ssl=…)"
    assert problem.reason == "is none of: require, bound, verify, pin."


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        ({"conn_max_age": "60"}, "heroku.databases(conn_max_age=60)"),
        ({"conn_max_age": "never"}, "heroku.databases(conn_max_age=600)"),
        ({"conn_max_age": 0.5}, "heroku.databases(conn_max_age=600)"),
        ({"pool": 4}, 'heroku.databases(pool={"min_size": 1, "max_size": 4})'),
        ({"pool": "true"}, 'heroku.databases(pool={"min_size": 1, "max_size": 4})'),
    ],
)
def test_argument_that_only_fails_at_the_first_query_is_a_problem(arguments, fix):
    settings = heroku(LOCAL, DATABASE_URL="sqlite:///db.sqlite3")
    problem = problem_of(settings.databases, **arguments)

    assert problem.variable == f"databases({next(iter(arguments))}=…)"
    assert problem.fix == fix


def test_arguments_that_make_no_sense_are_said_at_once():
    with pytest.raises(ConfigError) as caught, heroku(WEB, DATABASE_URL=URL) as all_:
        found = all_.databases(
            ssl="verified", engine="postgis", conn_max_age="1 h", pool="yes"
        )

    assert found["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert found["default"]["CONN_MAX_AGE"] == 600
    assert len(caught.value.problems) == 4


@pytest.mark.parametrize("url", [URL, "postgres://u@localhost/n"])
def test_postgres_without_a_driver_is_a_problem(monkeypatch, url):
    # They cannot be left out and installed within one process.
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    problem = problem_of(heroku(WEB, DATABASE_URL=url).databases)

    assert problem.variable == "DATABASE_URL"
    assert problem.reason == "is set, but psycopg is not installed."
    line = "echo 'django-heroku-support[postgres]' >> requirements.txt"
    assert problem.fix == line


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_either_driver_will_do(monkeypatch, driver):
    # As above.
    other = {"psycopg": "psycopg2", "psycopg2": "psycopg"}[driver]
    monkeypatch.setitem(sys.modules, other, None)

    assert heroku(WEB, DATABASE_URL=URL).databases()["default"]["NAME"] == "n"


# --- ASGI ----------------------------------------------------------------------------------

UVICORN = ["/app/.heroku/python/bin/uvicorn", "config.asgi"]


@pytest.mark.parametrize("url", [URL, "mysql://u:p@db.example.com/n"])
def test_an_asgi_server_keeps_no_connection(url):
    settings = heroku(WEB, argv=UVICORN, DATABASE_URL=url)

    assert settings.databases()["default"]["CONN_MAX_AGE"] == 0
    assert "ASGI server: CONN_MAX_AGE 0" in settings.decisions[0].why


@pytest.mark.parametrize(
    ("url", "options", "seconds"),
    [
        (f"{URL}?conn_max_age=60", {}, 60),
        (URL, {"conn_max_age": 60}, 60),
        (URL, {"conn_max_age": None}, None),
    ],
)
def test_an_asgi_server_keeps_a_connection_that_is_asked_for(url, options, seconds):
    settings = heroku(WEB, argv=UVICORN, DATABASE_URL=url)

    assert settings.databases(**options)["default"]["CONN_MAX_AGE"] == seconds
    assert "ASGI" not in settings.decisions[0].why


@pytest.mark.parametrize("environ", ELSEWHERE)
def test_default_has_the_rules_of_the_variable(environ):
    url = "postgres://u:p@127.0.0.1:6000/db1"
    found = heroku(environ).databases(default=url, pool=True)

    assert found == heroku(environ, DATABASE_URL=url).databases(pool=True)


# --- Heroku CI -----------------------------------------------------------------------------


def test_database_in_the_dyno_of_heroku_ci():
    url = "postgres://u:p@localhost:5432/n"
    found = heroku(CI, DATABASE_URL=url).databases(default=DEFAULT, ssl="verify")

    assert found["default"]["OPTIONS"] == {"connect_timeout": 5}
    assert "TEST" not in found["default"]


def test_environment_is_left_as_it_is():
    before = dict(os.environ)
    heroku(WEB, DATABASE_URL=URL).databases()

    assert dict(os.environ) == before


@pytest.mark.parametrize("default", [Path("db.sqlite3"), {"ENGINE": "x"}])
def test_a_default_that_is_no_text_is_a_problem(default):
    problem = problem_of(heroku(LOCAL).databases, default=default)

    assert problem.fix == 'heroku.databases(default="sqlite:///db.sqlite3")'


def test_options_of_another_languages_driver_for_mysql_are_left_out():
    url = (
        "mysql://u:p@us-cdbr-east-06.cleardb.net/heroku_abc?reconnect=true&charset=utf8"
    )
    entry = heroku(WEB, DATABASE_URL=url).databases()["default"]

    assert entry["OPTIONS"] == {"charset": "utf8"}
