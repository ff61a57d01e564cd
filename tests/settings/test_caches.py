"""
``CACHES``.
"""

from __future__ import annotations

import pytest
from django.core.cache import CacheHandler

from tests.settings.places import EVERYWHERE, LOCAL, WEB, heroku, problem_of

URL = "rediss://:S3cr3t@h:6380"
LOCATION = f"{URL}/?ssl_cert_reqs=none"
REDIS = "django.core.cache.backends.redis.RedisCache"
LOCAL_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
MEMCACHIER = {"MEMCACHIER_SERVERS": "mc1.example.com"}


def default(environ=WEB, arguments=None, **variables):
    return heroku(environ, **variables).caches(**(arguments or {}))["default"]


def decision(environ=WEB, **variables):
    settings = heroku(environ, **variables)
    settings.caches()
    (decision,) = settings.decisions
    return decision


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_without_a_store_each_process_has_a_cache_of_its_own(environ):
    assert default(environ) == {"BACKEND": LOCAL_MEMORY}
    assert "each process has a cache of its own" in decision(environ).why


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_the_store_is_djangos_own_cache_with_timeouts(environ):
    assert default(environ, REDIS_URL=URL) == {
        "BACKEND": REDIS,
        "LOCATION": LOCATION,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }


def test_django_redis_installed_changes_nothing():
    pytest.importorskip("django_redis")

    assert default(REDIS_URL=URL)["BACKEND"] == REDIS


def test_redis_tls_url_present():
    location = default(REDIS_URL="redis://h:6379", REDIS_TLS_URL=URL)["LOCATION"]

    assert location == LOCATION


def test_timeouts_of_the_url_win():
    cache = CacheHandler({"default": default(REDIS_URL=f"{URL}?socket_timeout=9")})

    pool = cache["default"]._cache._get_connection_pool(write=True)

    assert pool.connection_kwargs["socket_timeout"] == 9
    assert pool.connection_kwargs["socket_connect_timeout"] == 2


@pytest.mark.parametrize("variables", [{}, {"REDIS_URL": URL}])
def test_apps_that_share_a_store_have_a_prefix(variables):
    assert (
        default(arguments={"key_prefix": "shop"}, **variables)["KEY_PREFIX"] == "shop"
    )
    assert "KEY_PREFIX" not in default(**variables)


def test_the_key_value_store_comes_before_memcached():
    assert default(REDIS_URL=URL, **MEMCACHIER)["BACKEND"] == REDIS


@pytest.mark.parametrize("environ", EVERYWHERE)
@pytest.mark.parametrize(
    ("variable", "value", "extra"),
    [("REDIS_URL", URL, "redis"), ("MEMCACHIER_SERVERS", "mc1", "memcached")],
)
def test_a_missing_library_is_a_problem(environ, variable, value, extra, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    settings = heroku(environ, **{variable: value})

    problem = problem_of(settings.caches)

    assert problem.variable == variable
    assert f"'django-heroku-support[{extra}]'" in problem.fix


@pytest.mark.parametrize(
    "variables", [{"REDIS_URL": "nonsense"}, {"REDIS_URL": URL}, MEMCACHIER]
)
def test_a_problem_leaves_a_harmless_cache(variables, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    settings = heroku(WEB, **variables)
    settings.record.collecting = True

    assert settings.caches() == {"default": {"BACKEND": LOCAL_MEMORY}}


def test_the_decision_says_why_and_no_password():
    found = decision(REDIS_URL=URL)

    assert (found.source, found.why) == (
        "REDIS_URL",
        "TLS: the certificate is not checked",
    )
    assert "S3cr3t" not in repr(found)


def test_without_a_store_nothing_was_read():
    assert decision(LOCAL).source == "default"
