"""
The system checks; the silent cases first.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest
from django.conf import settings
from django.core import checks
from django.db import connections
from django.test import override_settings

import heroku_support.checks
from heroku_support.checks import databases, middleware, security


@pytest.fixture
def on_a_dyno(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNO", "web.1")


def messages() -> list[checks.CheckMessage]:
    """
    Every message that the package's check modules hold.
    """
    modules = [
        import_module(f"heroku_support.checks.{module.name}")
        for module in pkgutil.iter_modules(heroku_support.checks.__path__)
    ]
    return [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, checks.CheckMessage)
    ]


def test_ids_are_unique():
    ids = [message.id for message in messages()]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("message", messages(), ids=lambda message: message.id)
def test_a_message_is_short_and_says_how_to_mend_it(message: checks.CheckMessage):
    assert len(message.msg) < 80
    assert message.hint


def test_django_runs_them():
    run = checks.run_checks(include_deployment_checks=True)

    assert not [message for message in run if message.id.startswith("heroku_support")]


# --- databases -----------------------------------------------------------------------------


def test_sqlite_is_fine_locally():
    assert databases.check_sqlite() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_sqlite_on_a_dyno_is_an_error():
    assert databases.check_sqlite() == [databases.E001]


@pytest.mark.usefixtures("on_a_dyno")
def test_postgres_on_a_dyno_is_fine(monkeypatch: pytest.MonkeyPatch):
    # Changing DATABASES itself while tests run confuses their own database.
    entry = {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.postgresql",
    }
    monkeypatch.setattr(connections, "settings", {"default": entry})

    assert databases.check_sqlite() == []


# --- security ------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
def test_debug_off_is_fine():
    assert security.check_debug() == []


@override_settings(DEBUG=True)
def test_debug_is_fine_locally():
    assert security.check_debug() == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(DEBUG=True)
def test_debug_on_a_dyno_is_a_warning():
    assert security.check_debug() == [security.W001]


@override_settings(ALLOWED_HOSTS=[".herokuapp.com"])
def test_everybodys_name_is_fine_locally():
    assert security.check_wildcard_host() == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(ALLOWED_HOSTS=["a-123.herokuapp.com"])
def test_the_apps_own_name_is_fine():
    assert security.check_wildcard_host() == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(ALLOWED_HOSTS=["www.example.com", ".herokuapp.com"])
def test_everybodys_name_on_a_dyno_is_a_warning():
    assert security.check_wildcard_host() == [security.W002]


# --- middleware ----------------------------------------------------------------------------


def test_the_middleware_that_the_helper_built_is_fine():
    assert middleware.check_first() == []


@pytest.mark.parametrize("first", [0, 1])
def test_another_middleware_in_front_is_a_warning(first: int):
    others = settings.MIDDLEWARE[1:]
    order = others + settings.MIDDLEWARE[:1] if first else others
    with override_settings(MIDDLEWARE=order):
        assert middleware.check_first() == [middleware.W003]
