"""
What holds for every system check.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.core import checks
from django.db import connections

import heroku_support.checks
from heroku_support.apps import CHECKS, DEPLOY_CHECKS

Check = Callable[[], list[checks.CheckMessage]]


def modules() -> list[ModuleType]:
    """
    Return the package's check modules.
    """
    return [
        import_module(f"heroku_support.checks.{module.name}")
        for module in pkgutil.iter_modules(heroku_support.checks.__path__)
    ]


def messages() -> list[checks.CheckMessage]:
    """
    Every message that the package's check modules hold.
    """
    return [
        value
        for module in modules()
        for value in vars(module).values()
        if isinstance(value, checks.CheckMessage)
    ]


def every_check() -> dict[str, Check]:
    """
    Return the checks, by the names that the app registers them with.
    """
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": value
        for module in modules()
        for name, value in vars(module).items()
        if name.startswith("check_")
    }


def run_all(module: ModuleType) -> list[checks.CheckMessage]:
    """
    Return what all checks of a module say.
    """
    return [
        message
        for name, check in vars(module).items()
        if name.startswith("check_")
        for message in check()
    ]


def test_ids_are_unique():
    ids = [message.id for message in messages()]

    assert len(ids) == len(set(ids))


def test_ids_have_no_gaps():
    ids = sorted(
        str(message.id).removeprefix("heroku_support.") for message in messages()
    )

    for level in "EIW":
        numbers = [int(each[1:]) for each in ids if each[0] == level]
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("message", messages(), ids=lambda message: message.id)
def test_a_message_is_short_and_says_how_to_mend_it(message: checks.CheckMessage):
    kind = {"E": checks.Error, "W": checks.Warning, "I": checks.Info}
    assert len(message.msg) < 80
    assert message.hint
    assert type(message) is kind[str(message.id).rpartition(".")[2][0]]


def test_every_check_is_registered_once():
    assert sorted([*CHECKS, *DEPLOY_CHECKS]) == sorted(every_check())


def test_django_runs_them():
    run = checks.run_checks(include_deployment_checks=True)

    assert not [message for message in run if message.id.startswith("heroku_support")]


READ = """
    ADMINS ALLOWED_HOSTS AXES_HANDLER CACHES CELERY_BROKER_URL CELERY_BROKER_USE_SSL
    CELERY_REDIS_BACKEND_USE_SSL CELERY_RESULT_BACKEND CELERY_TASK_ALWAYS_EAGER
    CHANNEL_LAYERS CSRF_COOKIE_DOMAIN HAYSTACK_CONNECTIONS LOGGING MAILERS
    REST_FRAMEWORK RQ_QUEUES SECURE_HSTS_PRELOAD SECURE_HSTS_SECONDS
    SECURE_PROXY_SSL_HEADER SECURE_SSL_REDIRECT SESSION_CACHE_ALIAS
    SESSION_COOKIE_DOMAIN SESSION_ENGINE STATIC_ROOT STORAGES TIME_ZONE
""".split()
VARIABLES = """
    PGHOST PGHOSTADDR PGOPTIONS PGSSLMODE PGSSLROOTCERT PORT REDIS_TLS_URL WEB_CONCURRENCY
""".split()
DATABASE_KEYS = ("ENGINE", "HOST", "PORT", "OPTIONS", "CONN_MAX_AGE")
NONSENSE: list[Any] = [
    None,
    True,
    7,
    "text",
    b"bytes",
    (),
    ("a", None),
    [[]],
    {"default": None},
    {"default": {"BACKEND": None, "CONFIG": {"hosts": [None, {"address": []}]}}},
    {None: [], ("a",): {"LOCATION": {}, "OPTIONS": 3, "class": [], "URL": [7]}},
    {"handlers": {"file": {"class": "FileHandler", "filename": None}}},
    object(),
]


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))
@pytest.mark.parametrize("name", sorted(every_check()))
def test_no_check_falls_over_nonsense(
    name: str, nonsense: Any, monkeypatch: pytest.MonkeyPatch
):
    entry = dict.fromkeys(DATABASE_KEYS, nonsense)
    monkeypatch.setattr(connections, "settings", {"default": entry, "other": nonsense})
    for variable in VARIABLES:
        monkeypatch.setenv(variable, str(nonsense))

    # Not by override_settings: Django's own listeners fall over it.
    for each in READ:
        monkeypatch.setattr(settings, each, nonsense, raising=False)

    found = every_check()[name]()

    assert all(isinstance(message, checks.CheckMessage) for message in found)
