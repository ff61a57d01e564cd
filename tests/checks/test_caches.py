"""
The checks of CACHES and sessions; the silent cases first.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from heroku_support.checks import caches
from tests.checks.test_checks import run_all
from tests.settings.places import KEY, WEB, heroku

SESSIONS = "django.contrib.sessions.backends"
SESSION_MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
PAGE_CACHE = ["django.middleware.cache.UpdateCacheMiddleware"]
REDIS = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}


def backend(name: str) -> dict[str, Any]:
    """
    Return ``CACHES`` with one of Django's backends.
    """
    return {"default": {"BACKEND": f"django.core.cache.backends.{name}"}}


MEMORY = backend("locmem.LocMemCache")
DUMMY = backend("dummy.DummyCache")
FILES = backend("filebased.FileBasedCache")


@pytest.mark.usefixtures("on_a_dyno")
def test_a_cache_that_nobody_uses_may_be_anywhere():
    assert run_all(caches) == []


def test_a_cache_in_memory_is_fine_locally():
    with override_settings(
        MIDDLEWARE=SESSION_MIDDLEWARE + PAGE_CACHE, SESSION_ENGINE=f"{SESSIONS}.cache"
    ):
        assert run_all(caches) == []


# --- E006, W007 ----------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    ("engine", "cache"),
    [
        ("db", MEMORY),
        ("signed_cookies", MEMORY),
        ("cache", REDIS),
        ("cached_db", REDIS),
        ("cached_db", DUMMY),
    ],
)
def test_sessions_that_all_dynos_share_are_fine(engine: str, cache: Mapping[str, Any]):
    with override_settings(
        MIDDLEWARE=SESSION_MIDDLEWARE,
        SESSION_ENGINE=f"{SESSIONS}.{engine}",
        CACHES=cache,
    ):
        assert caches.check_sessions() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_sessions_without_their_middleware_are_none():
    with override_settings(SESSION_ENGINE=f"{SESSIONS}.file"):
        assert caches.check_sessions() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    ("engine", "cache"),
    [("file", REDIS), ("cache", MEMORY), ("cache", DUMMY), ("cache", FILES)],
)
def test_sessions_on_one_dyno_are_an_error(engine: str, cache: Mapping[str, Any]):
    with override_settings(
        MIDDLEWARE=SESSION_MIDDLEWARE,
        SESSION_ENGINE=f"{SESSIONS}.{engine}",
        CACHES=cache,
    ):
        assert caches.check_sessions() == [caches.E006]


@pytest.mark.usefixtures("on_a_dyno")
def test_a_cache_of_another_name_counts():
    sessions = {"CACHES": {**REDIS, "sessions": MEMORY["default"]}}
    with override_settings(
        MIDDLEWARE=SESSION_MIDDLEWARE,
        SESSION_ENGINE=f"{SESSIONS}.cache",
        SESSION_CACHE_ALIAS="sessions",
        **sessions,
    ):
        assert caches.check_sessions() == [caches.E006]


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("cache", [MEMORY, FILES])
def test_sessions_that_each_process_caches_are_a_warning(cache: Mapping[str, Any]):
    with override_settings(
        MIDDLEWARE=SESSION_MIDDLEWARE,
        SESSION_ENGINE=f"{SESSIONS}.cached_db",
        CACHES=cache,
    ):
        assert caches.check_sessions() == [caches.W007]


# --- W008 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
def test_one_process_shares_with_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    with override_settings(MIDDLEWARE=PAGE_CACHE):
        assert caches.check_shared() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_a_page_cache_in_memory_is_a_warning_and_the_hint_mends_it():
    with override_settings(MIDDLEWARE=PAGE_CACHE):
        assert caches.check_shared() == [caches.W008]

    url = "rediss://:p@store.example.com:6380"
    made = heroku({**WEB, **KEY}, REDIS_URL=url).caches()
    with override_settings(MIDDLEWARE=PAGE_CACHE, CACHES=made):
        assert caches.check_shared() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_throttles_that_count_in_memory_are_a_warning(install: Any):
    rates = {"DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"]}
    with override_settings(REST_FRAMEWORK=rates):
        assert caches.check_shared() == []

    install("rest_framework", REST_FRAMEWORK=rates)
    assert caches.check_shared() == [caches.W008]


@pytest.mark.usefixtures("on_a_dyno")
def test_choices_that_are_kept_in_memory_are_a_warning(install: Any):
    install("django_select2")

    assert caches.check_shared() == [caches.W008]


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(AXES_HANDLER="axes.handlers.cache.AxesCacheHandler")
def test_failed_logins_that_are_counted_in_memory_are_a_warning():
    assert caches.check_shared() == [caches.W008]


# --- E016 ----------------------------------------------------------------------------------


@pytest.fixture
def pylibmc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """
    Return the folder where pylibmc is said to be; for Python 3.13 there is no wheel of it.
    """
    monkeypatch.setattr(
        caches, "find_library", lambda name: str(tmp_path / name / "__init__.py")
    )
    return tmp_path


def memcached(**options: str) -> dict[str, Any]:
    entry = {**backend("memcached.PyLibMCCache")["default"], "OPTIONS": options}
    return {"default": entry}


LOGIN = {"username": "123ABC", "password": "p"}


@pytest.mark.usefixtures("on_a_dyno")
def test_a_pylibmc_that_was_built_here_logs_in(pylibmc: Path):
    with override_settings(CACHES=memcached(**LOGIN)):
        assert run_all(caches) == []


@pytest.mark.usefixtures("on_a_dyno")
def test_the_wheel_of_pylibmc_cannot_log_in(pylibmc: Path):
    (pylibmc / "pylibmc.libs").mkdir()
    with override_settings(CACHES=memcached(**LOGIN)):
        assert run_all(caches) == [caches.E016]


def test_the_wheel_of_pylibmc_is_fine_locally(pylibmc: Path):
    (pylibmc / "pylibmc.libs").mkdir()
    with override_settings(CACHES=memcached(**LOGIN)):
        assert run_all(caches) == []


@pytest.mark.usefixtures("on_a_dyno")
def test_the_wheel_of_pylibmc_logs_in_where_it_is_told_how(pylibmc: Path, monkeypatch):
    monkeypatch.setenv("SASL_PATH", "/usr/lib/sasl2")
    (pylibmc / "pylibmc.libs").mkdir()
    with override_settings(CACHES=memcached(**LOGIN)):
        assert run_all(caches) == []


@pytest.mark.usefixtures("on_a_dyno")
def test_the_wheel_of_pylibmc_needs_no_library_without_a_login(pylibmc: Path):
    (pylibmc / "pylibmc.libs").mkdir()
    with override_settings(CACHES=memcached()):
        assert run_all(caches) == []
