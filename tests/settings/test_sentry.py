"""
Options for Sentry's SDK.
"""

from __future__ import annotations

import traceback

import pytest

from heroku_support.errors import ConfigError
from heroku_support.scrubbing import before_send, before_send_log
from tests.settings.places import BUILD, CI, LOCAL, RUN, WEB, heroku, problem_of

DSN = "https://0123456789abcdef0123456789abcdef@o1.ingest.us.sentry.io/42"


@pytest.mark.parametrize("environ", [LOCAL, CI, BUILD, WEB])
def test_without_a_dsn_nothing_is_sent(environ):
    assert heroku(environ).sentry()["dsn"] == ""


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_dsn_is_none(blank):
    assert heroku(WEB, SENTRY_DSN=blank).sentry()["dsn"] == ""


@pytest.mark.parametrize("dsn", [DSN, "http://key:secret@sentry.example.com/base/7/"])
def test_the_dsn_is_passed_on(dsn):
    assert heroku(WEB, SENTRY_DSN=f" {dsn}\n").sentry()["dsn"] == dsn


@pytest.mark.parametrize(
    ("dsn", "reason"),
    [
        ("0123456789abcdef", "is not a URL"),
        (DSN.replace("https", "ftp"), "neither http nor https"),
        ("https://o1.ingest.us.sentry.io/42", "has no key"),
        ("https://key@/42", "no host"),
        (DSN.replace("/42", ""), "number of a project"),
        (DSN.replace("/42", "/shop"), "number of a project"),
        (f"'{DSN}'", "in quotes"),
    ],
)
def test_a_malformed_dsn_is_a_problem_that_does_not_show_it(dsn, reason):
    problem = problem_of(heroku(WEB, SENTRY_DSN=dsn).sentry)

    assert reason in problem.reason
    assert "0123" not in str(problem)
    assert problem.fix == "heroku config:set SENTRY_DSN='https://KEY@HOST/PROJECT'"


def test_a_malformed_dsn_is_in_no_chain():
    settings = heroku(WEB, SENTRY_DSN=DSN.replace("o1", "h:port"))
    with pytest.raises(ConfigError) as caught:
        settings.sentry()

    assert "0123" not in "".join(traceback.format_exception(caught.value))


def test_a_malformed_dsn_sends_nothing_while_problems_are_collected():
    with pytest.raises(ConfigError), heroku(WEB, SENTRY_DSN="x") as settings:
        options = settings.sentry()

    assert options["dsn"] == ""


@pytest.mark.parametrize(
    ("environ", "environment"),
    [
        (LOCAL, "local"),
        (CI, "ci"),
        (BUILD, "build"),
        (WEB, "production"),
        ({**WEB, "HEROKU_APP_NAME": "shop-staging"}, "shop-staging"),
        ({**WEB, "HEROKU_APP_NAME": "shop-pr-7", "HEROKU_PR_NUMBER": "7"}, "review"),
        ({**WEB, "SENTRY_ENVIRONMENT": "live", "HEROKU_APP_NAME": "shop"}, "live"),
    ],
)
def test_the_environment_is_where_it_runs(environ, environment):
    assert heroku(environ).sentry()["environment"] == environment


COMMIT = {"HEROKU_BUILD_COMMIT": "2c3d4e5"}
VERSION = {"HEROKU_RELEASE_VERSION": "v12"}
NAMED = {"SENTRY_RELEASE": "shop@1.2"}


@pytest.mark.parametrize(
    ("environ", "release"),
    [
        (VERSION, "v12"),
        ({**VERSION, **COMMIT}, "2c3d4e5"),
        ({**VERSION, **COMMIT, **NAMED}, "shop@1.2"),
    ],
)
def test_the_release_is_the_commit(environ, release):
    assert heroku(WEB, **environ).sentry()["release"] == release


def test_a_release_that_is_not_known_is_left_to_the_sdk():
    assert "release" not in heroku(WEB).sentry()


def test_the_server_is_the_dyno():
    assert heroku(RUN).sentry()["server_name"] == "run.9157"
    assert "server_name" not in heroku(LOCAL).sentry()


def test_all_that_is_sent_is_scrubbed():
    options = heroku(WEB).sentry()

    assert options["before_send"] is options["before_send_transaction"] is before_send
    assert options["before_send_log"] is before_send_log


def test_the_decisions_hide_the_key():
    settings = heroku(WEB, SENTRY_DSN=DSN)
    settings.sentry()
    shown = {each.setting: each.value for each in settings.decisions}

    assert shown["sentry().dsn"] == "https://***@o1.ingest.us.sentry.io/42"


def test_the_sdk_knows_the_options():
    from sentry_sdk.client import _get_options

    settings = heroku(WEB, SENTRY_DSN=DSN, **COMMIT)

    assert _get_options(**settings.sentry())["release"] == "2c3d4e5"
