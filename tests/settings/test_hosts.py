"""
``ALLOWED_HOSTS`` and ``CSRF_TRUSTED_ORIGINS``.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heroku_support.errors import ConfigError
from heroku_support.settings.staticfiles import (
    CANONICAL_HOST_MIDDLEWARE,
    HEROKU_MIDDLEWARE,
    WHITENOISE_MIDDLEWARE,
)
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

CANONICAL = {"CANONICAL_HOST": "www.example.com, API.example.com"}
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
    ("given", "meant"),
    [
        ("https://www.example.com", '"www.example.com"'),
        ("https://user:S3cr3t@www.example.com/a/b?c#d", '"www.example.com"'),
        ("www.example.com/", '"www.example.com"'),
        ("www.example.com:443", '"www.example.com"'),
        ("www.example.com.", '"www.example.com"'),
        ("'www.example.com'", '"www.example.com"'),
        ('"www.example.com"', '"www.example.com"'),
        ("*.example.com", '".example.com"'),
        ("a.example, b.example;c.example", '"a.example", "b.example", "c.example"'),
        ("münchen.example", '"xn--mnchen-3ya.example"'),
        ("::1", '"[::1]"'),
        ("[::1]:8000", '"[::1]"'),
        ("$HOST", ""),
        ("a" * 64 + "ü", ""),
    ],
)
def test_host_that_is_none_is_a_problem_whose_fix_is_what_was_meant(given, meant):
    problem = problem_of(heroku(WEB).allowed_hosts, "ok.example", given)
    hosts = ", ".join(filter(None, ['"ok.example"', meant]))

    assert problem.variable == "ALLOWED_HOSTS"
    assert problem.fix == f"heroku.allowed_hosts({hosts})"
    assert "S3cr3t" not in str(problem)


@pytest.mark.parametrize("host", ["example.com", ".example.com", "[::1]", "10.0.0.1"])
def test_host_that_django_can_match_is_allowed(host):
    assert host in heroku(WEB).allowed_hosts(host)


@given(
    st.sampled_from(EVERYWHERE),
    st.sampled_from([{}, METADATA]),
    st.lists(st.text() | st.from_regex(r"[*.]*[a-z.]+", fullmatch=True)),
)
def test_any_host_is_never_allowed(environ, metadata, given):
    given = [host for host in given if host.strip() != "*"]
    try:
        hosts = heroku(environ, **metadata).allowed_hosts(*given)
    except ConfigError as error:
        hosts = [error.problems[0].fix]

    assert not any("*" in host for host in hosts)


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


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:8000", "https://*.example.com", "https://[::1]:8000"],
)
def test_origin_with_its_scheme_is_kept(origin):
    assert heroku(WEB).csrf_trusted_origins(origin) == [origin]


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("WWW.Example.com", "https://www.example.com"),
        ("example.com:8443", "https://example.com:8443"),
    ],
)
def test_origin_is_written_as_browsers_send_it(given, origin):
    assert heroku(WEB).csrf_trusted_origins(given) == [origin]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("https://www.example.com/", '"www.example.com"'),
        ("www.example.com/shop", '"www.example.com"'),
        ("a.example, b.example", '"a.example", "b.example"'),
        ("https://user:S3cr3t@www.example.com", '"www.example.com"'),
        ("https://*", '"www.example.com"'),
        ("http://localhost:8000/", '"http://localhost:8000"'),
        ("www.example.com:8443/", '"www.example.com:8443"'),
        ("www.example.com:https", '"www.example.com"'),
    ],
)
def test_origin_that_no_browser_sends_is_a_problem(given, meant):
    problem = problem_of(heroku(WEB).csrf_trusted_origins, given)

    assert problem.variable == "CSRF_TRUSTED_ORIGINS"
    assert problem.fix == f"heroku.csrf_trusted_origins({meant})"
    assert "S3cr3t" not in str(problem)


def test_origin_is_there_once():
    origins = heroku(WEB, **METADATA).csrf_trusted_origins(OWN, f" https://{OWN}")

    assert origins == [f"https://{OWN}"]


@pytest.mark.parametrize("environ", ON_HEROKU)
def test_canonical_hosts_are_allowed_beside_the_own_domain(environ):
    hosts = heroku(environ, **METADATA, **CANONICAL).allowed_hosts("example.com")

    assert hosts == ["example.com", "www.example.com", "api.example.com", OWN]


def test_origins_are_the_canonical_hosts_alone():
    origins = heroku(WEB, **METADATA, **CANONICAL).csrf_trusted_origins()

    assert origins == ["https://www.example.com", "https://api.example.com"]


@pytest.mark.parametrize("environ", ON_HEROKU)
def test_canonical_hosts_are_a_setting_of_ours(environ):
    settings = heroku(environ, **CANONICAL).security()

    hosts = ["www.example.com", "api.example.com"]
    assert settings["HEROKU_SUPPORT_CANONICAL_HOST"] == hosts


@pytest.mark.parametrize("environ", ELSEWHERE)
def test_no_host_is_canonical_elsewhere(environ):
    settings = heroku(environ, **CANONICAL)

    assert settings.security()["HEROKU_SUPPORT_CANONICAL_HOST"] == []
    assert settings.allowed_hosts() == LOOPBACK


@pytest.mark.parametrize(
    "helper", ["allowed_hosts", "csrf_trusted_origins", "security"]
)
@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("https://www.example.com", "www.example.com"),
        ("www.example.com:443", "www.example.com"),
        ("www.example.com/shop", "www.example.com"),
        ("www.example.com.", "www.example.com"),
        ('"www.example.com"', "www.example.com"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("a.example b.example;c.example", "a.example,b.example,c.example"),
        (".example.com", "example.com"),
        ("*", "www.example.com"),
        ("ok.example,https://u:S3cr3t@b.example", "ok.example,b.example"),
    ],
)
def test_canonical_host_that_is_none_is_a_problem(helper, host, meant):
    problem = problem_of(getattr(heroku(WEB, CANONICAL_HOST=host), helper))

    assert problem.variable == "CANONICAL_HOST"
    assert problem.fix == f"heroku config:set CANONICAL_HOST={meant}"
    assert "S3cr3t" not in problem.reason


@pytest.mark.parametrize("given", ["www.example.com", ["www.example.com"]])
def test_canonical_host_that_the_project_gives_is_that_of_all_helpers(given):
    settings = heroku(WEB, CANONICAL_HOST="other.example")
    settings.security(HEROKU_SUPPORT_CANONICAL_HOST=given)

    assert settings.allowed_hosts() == ["www.example.com", ".herokuapp.com"]
    assert settings.csrf_trusted_origins() == ["https://www.example.com"]
    assert CANONICAL_HOST_MIDDLEWARE in settings.middleware([])


def test_where_a_host_is_canonical_the_middleware_leads_to_it_after_whitenoise():
    given = ["django.middleware.security.SecurityMiddleware", "other"]

    assert heroku(WEB, **CANONICAL).middleware(given) == [
        HEROKU_MIDDLEWARE,
        "django.middleware.security.SecurityMiddleware",
        WHITENOISE_MIDDLEWARE,
        CANONICAL_HOST_MIDDLEWARE,
        "other",
    ]


@pytest.mark.parametrize(
    ("environ", "variables"), [(WEB, {}), (LOCAL, CANONICAL), (BUILD, CANONICAL)]
)
def test_elsewhere_the_middleware_leads_nowhere(environ, variables):
    assert CANONICAL_HOST_MIDDLEWARE not in heroku(environ, **variables).middleware([])


def test_the_redirect_is_left_where_the_project_put_it():
    given = [CANONICAL_HOST_MIDDLEWARE, "other"]

    assert heroku(WEB, **CANONICAL).middleware(given)[2:] == given


def test_while_problems_are_collected_no_host_is_canonical():
    settings = heroku(WEB, CANONICAL_HOST="https://www.example.com")
    settings.record.collecting = True

    assert settings.security()["HEROKU_SUPPORT_CANONICAL_HOST"] == []


@pytest.mark.parametrize("helper", ["allowed_hosts", "csrf_trusted_origins"])
def test_a_list_of_hosts_is_a_problem(helper):
    problem = problem_of(getattr(heroku(WEB), helper), ["www.example.com"])

    assert problem.reason == "takes its hosts one by one, not in a list."
    assert problem.fix == f'heroku.{helper}("example.com", "www.example.com")'
