"""
``DATABASES`` in each phase.
"""

from __future__ import annotations

import os

import pytest

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
def test_default_stands_in_off_the_dynos(environ, missing):
    found = heroku(environ, **missing).databases(default=DEFAULT)

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


def test_environment_is_left_as_it_is():
    before = dict(os.environ)
    heroku(WEB, DATABASE_URL=URL).databases()

    assert dict(os.environ) == before
