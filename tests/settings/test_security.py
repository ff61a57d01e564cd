"""
``SECURE_*`` and the cookies.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from heroku_support.settings.security import LONGEST_HSTS_SECONDS, hsts_seconds_after
from heroku_support.settings.typed import SecuritySettings
from tests.settings.places import (
    ELSEWHERE,
    EVERYWHERE,
    LOCAL,
    ON_HEROKU,
    WEB,
    heroku,
    problem_of,
)

REPORTERS = {
    "DEFAULT_EXCEPTION_REPORTER": "heroku_support.reporting.ExceptionReporter",
    "DEFAULT_EXCEPTION_REPORTER_FILTER": "heroku_support.reporting.ReporterFilter",
}
ROUTED = {
    **REPORTERS,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 3600,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
    "SECURE_HSTS_PRELOAD": False,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "HEROKU_SUPPORT_CANONICAL_HOST": [],
}
# In front of it is no router, so any client could say that it came over TLS.
UNROUTED = {
    **REPORTERS,
    "SECURE_PROXY_SSL_HEADER": None,
    "SECURE_SSL_REDIRECT": False,
    "SECURE_HSTS_SECONDS": 0,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
    "SECURE_HSTS_PRELOAD": False,
    "SESSION_COOKIE_SECURE": False,
    "CSRF_COOKIE_SECURE": False,
    "HEROKU_SUPPORT_CANONICAL_HOST": [],
}
OTHERS: SecuritySettings = {
    "SECURE_PROXY_SSL_HEADER": None,
    "SECURE_SSL_REDIRECT": False,
    "SECURE_HSTS_SECONDS": 7,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SESSION_COOKIE_SECURE": False,
    "CSRF_COOKIE_SECURE": False,
    "DEFAULT_EXCEPTION_REPORTER": "django.views.debug.ExceptionReporter",
    "DEFAULT_EXCEPTION_REPORTER_FILTER": "config.reporting.Filter",
    "HEROKU_SUPPORT_CANONICAL_HOST": ["www.example.com"],
}


@pytest.mark.parametrize("environ", ON_HEROKU)
def test_everything_goes_over_tls_behind_the_router(environ):
    assert heroku(environ).security() == ROUTED


@pytest.mark.parametrize("environ", ELSEWHERE)
def test_nothing_does_elsewhere(environ):
    assert heroku(environ).security() == UNROUTED


@pytest.mark.parametrize("environ", EVERYWHERE)
@pytest.mark.parametrize("setting", OTHERS)
def test_override_is_returned_as_given(environ, setting):
    settings = heroku(environ)
    value = settings.security(**{setting: OTHERS[setting]})

    assert value[setting] == OTHERS[setting]
    assert value.keys() == ROUTED.keys()


def test_all_can_be_overridden():
    assert heroku(WEB).security(**OTHERS) == OTHERS


@pytest.mark.parametrize("environ", [LOCAL, WEB])
def test_override_of_another_setting_is_an_error(environ):
    with pytest.raises(TypeError, match="does not set DEBUG, SECURE_HTST_SECONDS"):
        heroku(environ).security(SECURE_HTST_SECONDS=1, DEBUG=True)


@pytest.mark.parametrize("seconds", [0, 60, 31536000, LONGEST_HSTS_SECONDS])
def test_hsts_seconds(seconds):
    settings = heroku(WEB, HSTS_SECONDS=str(seconds))

    assert settings.security()["SECURE_HSTS_SECONDS"] == seconds


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1 hour", "'1 hour' is not a whole number."),
        ("", "'' is not a whole number."),
        ("-1", f"'-1' is not between 0 and {LONGEST_HSTS_SECONDS}."),
        ("9999999999", f"'9999999999' is not between 0 and {LONGEST_HSTS_SECONDS}."),
    ],
)
def test_hsts_seconds_that_make_no_sense_are_a_problem(value, reason):
    problem = problem_of(heroku(WEB, HSTS_SECONDS=value).security)

    assert problem.reason == reason
    assert problem.fix == "heroku config:set HSTS_SECONDS=3600"


@pytest.mark.parametrize(
    ("days", "seconds"),
    [
        (-1, 3600),
        (0, 3600),
        (6, 3600),
        (7, 86400),
        (27, 86400),
        (28, 7 * 86400),
        (84, 28 * 86400),
        (168, 365 * 86400),
        (9999, 365 * 86400),
    ],
)
def test_hsts_ramps_from_an_hour_to_a_year(days, seconds):
    assert hsts_seconds_after(days) == seconds


@pytest.mark.parametrize(("days", "seconds"), [(10, 86400), (1000, 365 * 86400)])
def test_hsts_ramps_since_a_date(days, seconds):
    since = date.today() - timedelta(days=days)
    settings = heroku(WEB, HSTS_SINCE=since.isoformat())

    assert settings.security()["SECURE_HSTS_SECONDS"] == seconds


def test_seconds_that_are_said_win_over_the_ramp():
    settings = heroku(WEB, HSTS_SINCE="2020-01-01", HSTS_SECONDS="60")

    assert settings.security()["SECURE_HSTS_SECONDS"] == 60


@pytest.mark.parametrize("since", ["tomorrow", "2026-13-01", "01.02.2026"])
def test_hsts_since_what_is_no_date_is_a_problem(since):
    problem = problem_of(heroku(WEB, HSTS_SINCE=since).security)

    assert (problem.variable, problem.reason) == (
        "HSTS_SINCE",
        f"{since!r} is not a date.",
    )
    assert problem.fix == f"heroku config:set HSTS_SINCE={date.today().isoformat()}"


def test_while_problems_are_collected_hsts_lasts_for_an_hour():
    settings = heroku(WEB, HSTS_SINCE="tomorrow")
    settings.record.collecting = True

    assert settings.security()["SECURE_HSTS_SECONDS"] == 3600


@pytest.mark.parametrize("environ", ELSEWHERE)
def test_hsts_seconds_are_not_looked_at_elsewhere(environ):
    assert heroku(environ, HSTS_SECONDS="x").security() == UNROUTED


def test_decisions_say_where_a_setting_came_from():
    settings = heroku(WEB)
    settings.security(SECURE_SSL_REDIRECT=False)
    decided = {each.setting: (each.source, each.why) for each in settings.decisions}

    assert decided["SECURE_SSL_REDIRECT"] == ("argument", "")
    assert decided["CSRF_COOKIE_SECURE"] == ("DYNO", "behind Heroku's router")


def test_an_override_of_any_type_is_kept_and_shown():
    settings = heroku(LOCAL)
    settings.security(SECURE_HSTS_SECONDS=Decimal(60))

    assert Decimal(60) in [each.value for each in settings.decisions]
