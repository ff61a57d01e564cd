"""
``ALLOWED_HOSTS`` and ``CSRF_TRUSTED_ORIGINS``.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.settings.places import (
    BUILD,
    CI,
    ELSEWHERE,
    EVERYWHERE,
    LOCAL,
    ON_HEROKU,
    WEB,
    heroku,
    problem_of,
)

OWN = "example-0123456789ab.herokuapp.com"
METADATA = {"HEROKU_APP_NAME": "example", "HEROKU_APP_DEFAULT_DOMAIN_NAME": OWN}
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize("environ", ON_HEROKU)
def test_own_domain_is_allowed(environ):
    hosts = heroku(environ, **METADATA).allowed_hosts("www.example.com")

    assert hosts == ["www.example.com", OWN]


@pytest.mark.parametrize("environ", ON_HEROKU)
def test_apps_without_metadata_answer_under_any_name_of_herokus(environ):
    hosts = heroku(environ, HEROKU_APP_NAME="example").allowed_hosts("www.example.com")

    assert hosts == ["www.example.com", ".herokuapp.com"]


@pytest.mark.parametrize("environ", ELSEWHERE)
def test_this_machine_is_allowed_elsewhere(environ):
    assert heroku(environ).allowed_hosts("a.example") == ["a.example", *LOOPBACK]


def test_no_host_needs_to_be_given():
    assert heroku(LOCAL).allowed_hosts() == LOOPBACK


def test_host_is_there_once_and_without_white_space():
    hosts = heroku(WEB, **METADATA).allowed_hosts(" a.example", "a.example\n", OWN)

    assert hosts == ["a.example", OWN]


@pytest.mark.parametrize(
    ("given", "fix"),
    [
        ("https://www.example.com", 'heroku.allowed_hosts("www.example.com")'),
        ("https://www.example.com/a/b", 'heroku.allowed_hosts("www.example.com")'),
        ("www.example.com/", 'heroku.allowed_hosts("www.example.com")'),
    ],
)
def test_host_with_scheme_or_path_is_a_problem(given, fix):
    problem = problem_of(heroku(WEB).allowed_hosts, "ok.example", given)

    assert (problem.variable, problem.fix) == ("ALLOWED_HOSTS", fix)
    assert "has www.example.com with a scheme" in problem.reason


@given(
    st.sampled_from(EVERYWHERE),
    st.sampled_from([{}, METADATA]),
    st.lists(st.text(st.characters(exclude_characters="/*:@"))),
)
def test_any_host_is_never_allowed(environ, metadata, given):
    assert "*" not in heroku(environ, **metadata).allowed_hosts(*given)


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_any_host_is_allowed_where_that_was_given(environ):
    assert heroku(environ).allowed_hosts("*")[0] == "*"


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_origins_are_hosts_behind_tls(environ):
    settings = heroku(environ, **METADATA)

    assert settings.csrf_trusted_origins("a.example") == [
        "https://a.example",
        f"https://{OWN}",
    ]


@pytest.mark.parametrize("environ", [LOCAL, CI, BUILD, WEB])
def test_origin_of_an_unknown_domain_is_not_guessed(environ):
    assert heroku(environ).csrf_trusted_origins() == []


@pytest.mark.parametrize("host", ["*", ".example.com", "*.example.com", "", " "])
def test_origin_is_no_wildcard(host):
    assert heroku(WEB).csrf_trusted_origins(host) == []


@pytest.mark.parametrize("origin", ["http://localhost:8000", "https://*.example.com"])
def test_origin_with_its_scheme_is_kept(origin):
    assert heroku(WEB).csrf_trusted_origins(origin) == [origin]


def test_origin_is_there_once():
    origins = heroku(WEB, **METADATA).csrf_trusted_origins(OWN, f" https://{OWN}")

    assert origins == [f"https://{OWN}"]
