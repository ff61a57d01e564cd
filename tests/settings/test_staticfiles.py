"""
Storages, and WhiteNoise's places in the lists.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heroku_support.errors import ConfigError
from heroku_support.settings.staticfiles import (
    FILES,
    HEROKU_MIDDLEWARE,
    MANIFEST,
    NOSTATIC_APP,
    OWN_APP,
    PLAIN,
    SECURITY_MIDDLEWARE,
    STATICFILES_APP,
    WHITENOISE_MIDDLEWARE,
)
from tests.settings.places import (
    BUILD,
    CI,
    EVERYWHERE,
    LOCAL,
    ON_HEROKU,
    WEB,
    heroku,
    problem_of,
)

COMMON = "django.middleware.common.CommonMiddleware"
OURS = {HEROKU_MIDDLEWARE, WHITENOISE_MIDDLEWARE}
OUR_APPS = {NOSTATIC_APP, OWN_APP}
MIDDLEWARE = st.lists(
    st.sampled_from(["a", "b", COMMON, SECURITY_MIDDLEWARE, *sorted(OURS)])
)
APPS = st.lists(st.sampled_from(["a", "b", STATICFILES_APP, *sorted(OUR_APPS)]))


def static_storage(environ, **options):
    return heroku(environ, **options).storages()["staticfiles"]["BACKEND"]


def without(names, left_out):
    return [name for name in names if name not in left_out]


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_uploads_have_a_storage_too(environ):
    assert heroku(environ).storages()["default"] == {"BACKEND": FILES}


@pytest.mark.parametrize("environ", [LOCAL, BUILD, *ON_HEROKU])
def test_names_are_hashed(environ):
    assert static_storage(environ) == MANIFEST


@pytest.mark.parametrize("environ", [BUILD, *ON_HEROKU])
def test_names_are_hashed_on_heroku_whatever_debug_says(environ):
    assert static_storage(environ, DEBUG="true") == MANIFEST


def test_names_are_plain_in_ci():
    assert static_storage(CI) == PLAIN


def test_names_are_plain_locally_with_debug():
    assert static_storage(LOCAL, DEBUG="true") == PLAIN


@pytest.mark.parametrize("environ", [LOCAL, WEB])
@pytest.mark.parametrize(
    "argv",
    [
        ["manage.py", "test"],
        ["/venv/lib/python3.13/site-packages/django/__main__.py", "test", "places"],
        ["/venv/bin/pytest"],
        ["/venv/bin/pytest-3"],
        ["py.test", "-q"],
        ["/venv/lib/python3.13/site-packages/pytest/__main__.py"],
    ],
)
def test_names_are_plain_in_tests(environ, argv):
    assert static_storage(environ, argv=argv) == PLAIN


@pytest.mark.parametrize(
    "argv",
    [
        [],
        [""],
        ["test"],
        ["-c"],
        ["manage.py", "runserver", "test"],
        ["/app/.heroku/python/bin/gunicorn", "config.wsgi"],
        ["/app/latest/manage.py", "runserver"],
    ],
)
def test_other_commands_are_no_tests(argv):
    assert static_storage(LOCAL, argv=argv) == MANIFEST


def test_folder_whose_name_has_pytest_in_it_is_no_test():
    assert static_storage(WEB, argv=["/app/pytest-demo/manage.py", "x"]) == MANIFEST


@pytest.mark.parametrize(
    ("given", "result"),
    [
        ([], [HEROKU_MIDDLEWARE, WHITENOISE_MIDDLEWARE]),
        ([COMMON], [HEROKU_MIDDLEWARE, WHITENOISE_MIDDLEWARE, COMMON]),
        (
            ["a", SECURITY_MIDDLEWARE, COMMON],
            [
                HEROKU_MIDDLEWARE,
                "a",
                SECURITY_MIDDLEWARE,
                WHITENOISE_MIDDLEWARE,
                COMMON,
            ],
        ),
        (
            [WHITENOISE_MIDDLEWARE, COMMON, HEROKU_MIDDLEWARE],
            [WHITENOISE_MIDDLEWARE, COMMON, HEROKU_MIDDLEWARE],
        ),
    ],
)
def test_middleware(given, result):
    assert heroku(WEB).middleware(given) == result


@given(MIDDLEWARE)
def test_middleware_twice_is_the_same(given):
    once = heroku(WEB).middleware(given)

    assert heroku(WEB).middleware(once) == once


@given(MIDDLEWARE)
def test_order_of_the_own_middleware_is_kept(given):
    value = heroku(WEB).middleware(tuple(given))

    assert without(value, OURS) == without(given, OURS)
    assert set(value) >= OURS


@given(MIDDLEWARE)
def test_middleware_that_is_there_stays_where_it_is(given):
    value = heroku(WEB).middleware(given)
    added = OURS - set(given)

    assert without(value, added) == given


@pytest.mark.parametrize(
    ("given", "result"),
    [
        ([], [OWN_APP]),
        (
            ["a", STATICFILES_APP, "b"],
            ["a", NOSTATIC_APP, STATICFILES_APP, "b", OWN_APP],
        ),
        ([OWN_APP, "a"], [OWN_APP, "a"]),
        (
            [NOSTATIC_APP, "a", STATICFILES_APP],
            [NOSTATIC_APP, "a", STATICFILES_APP, OWN_APP],
        ),
    ],
)
def test_installed_apps(given, result):
    assert heroku(WEB).installed_apps(given) == result


@pytest.mark.parametrize("config", ["heroku_support.apps.HerokuSupportConfig"])
def test_app_is_not_added_to_its_own_config(config):
    # Django refuses two apps with one label.
    assert heroku(WEB).installed_apps([config]) == [config]


@given(APPS)
def test_installed_apps_twice_are_the_same(given):
    once = heroku(WEB).installed_apps(given)

    assert heroku(WEB).installed_apps(once) == once


@given(APPS)
def test_order_of_the_own_apps_is_kept(given):
    value = heroku(WEB).installed_apps(tuple(given))

    assert without(value, OUR_APPS) == without(given, OUR_APPS)


@pytest.mark.parametrize("helper", ["middleware", "installed_apps"])
def test_a_text_is_no_list(helper):
    problem = problem_of(getattr(heroku(WEB), helper), "places")

    assert problem.fix == f'heroku.{helper}(["places"])'


def test_a_text_that_is_no_list_is_one_entry_in_a_with_block():
    with pytest.raises(ConfigError), heroku(WEB) as settings:
        apps = settings.installed_apps("places")

    assert apps == ["places", "heroku_support"]


def test_what_was_given_is_not_changed():
    given = [STATICFILES_APP]
    heroku(WEB).installed_apps(given)
    heroku(WEB).middleware(given)

    assert given == [STATICFILES_APP]
