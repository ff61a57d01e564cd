"""
What a page waits for, and what it is told, when the Key-Value Store has a bad day.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from heroku_support.settings.key_value import TIMEOUT
from tests.servers.certificates import self_sign, server_context
from tests.servers.fault_proxy import FaultProxy
from tests.servers.valkey import PASSWORD, ValkeyBehindTLS, ValkeyServer, build_url
from tests.settings.key_value_clients import VALUE, cache_of
from tests.settings.places import WEB, heroku

SLACK = 2.5  # seconds, for a machine that has much to do; redis-py itself waits five


@pytest.fixture
def cache(valkey_tls: ValkeyBehindTLS) -> Iterator[object]:
    """
    The cache, connected to the store behind TLS, with a value in it.
    """
    with cache_at(valkey_tls.url) as cache:
        yield cache


@contextmanager
def cache_at(url: str) -> Iterator[object]:
    entry = heroku(WEB, REDIS_URL=url).caches()["default"]
    with cache_of(entry) as cache:
        cache.set("key", VALUE)
        yield cache


@contextmanager
def fails_within(seconds: float) -> Iterator[None]:
    start = time.monotonic()
    with pytest.raises((redis.ConnectionError, redis.TimeoutError)):
        yield
    assert time.monotonic() - start < seconds


@contextmanager
def frozen(server: ValkeyServer) -> Iterator[None]:
    server.freeze()
    try:
        yield
    finally:
        server.thaw()


def test_a_frozen_store_keeps_a_page_for_the_timeout_only(cache, valkey_tls):
    with frozen(valkey_tls.server), fails_within(TIMEOUT + SLACK):
        cache.get("key")

    assert cache.get("key") == VALUE


def test_a_new_connection_to_a_frozen_store_waits_no_longer(valkey_tls):
    with cache_at(valkey_tls.url) as cache:
        cache._cache._get_connection_pool(write=True).disconnect()
        with frozen(valkey_tls.server), fails_within(TIMEOUT + SLACK):
            cache.get("key")


def test_what_is_lost_on_the_way_keeps_a_page_for_the_timeout_only(cache, valkey_tls):
    valkey_tls.proxy.blackhole()
    with fails_within(TIMEOUT + SLACK):
        cache.get("key")

    valkey_tls.proxy.heal()
    assert cache.get("key") == VALUE


def test_no_handshake_keeps_a_page_for_the_timeout_only(cache, valkey_tls):
    cache._cache._get_connection_pool(write=True).disconnect()
    valkey_tls.proxy.blackhole()

    with fails_within(TIMEOUT + SLACK):
        cache.get("key")


def test_a_refused_connection_fails_at_once(cache, valkey_tls):
    valkey_tls.proxy.refuse()
    valkey_tls.proxy.reset()

    with fails_within(SLACK):
        cache.get("key")


def test_a_reset_connection_is_made_anew(cache, valkey_tls):
    valkey_tls.proxy.reset()

    assert cache.get("key") == VALUE


def test_latency_is_no_failure(cache, valkey_tls):
    valkey_tls.proxy.latency = 0.3

    assert cache.get("key") == VALUE


def test_a_connection_that_the_store_closed_idle_is_made_anew(valkey):
    with cache_at(valkey.url()) as cache:
        valkey.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

        assert cache.get("key") == VALUE


# What a store says that is there and cannot: texts that a log is searched for.


@pytest.fixture
def ailing() -> Iterator[tuple[ValkeyServer, object]]:
    """
    A store of one's own to make ill, and the cache in it.
    """
    with ValkeyServer.start() as server:
        context = server_context(self_sign())
        with FaultProxy(server.port, tls=context) as proxy:
            url = build_url("rediss", "localhost", proxy.port, PASSWORD)
            with cache_at(url) as cache:
                yield server, cache


@pytest.mark.server
def test_a_full_store_is_still_read(ailing):
    server, cache = ailing
    server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1")

    with pytest.raises(redis.OutOfMemoryError, match="used memory > 'maxmemory'"):
        cache.set("key", "other")
    assert cache.get("key") == VALUE


@pytest.mark.server
def test_a_replica_is_still_read(ailing):
    server, cache = ailing
    server.ask("REPLICAOF", "127.0.0.1", "1")

    with pytest.raises(redis.ReadOnlyError, match="read only replica"):
        cache.set("key", "other")
    assert cache.get("key") == VALUE


@pytest.mark.server
def test_a_plan_without_a_connection_left_says_so(ailing):
    server, cache = ailing
    cache._cache._get_connection_pool(write=True).disconnect()

    with server.client() as other:
        other.config_set("maxclients", 1)
        with pytest.raises(redis.RedisError, match="max number of clients reached"):
            cache.get("key")


@pytest.mark.server
def test_a_changed_password_ends_no_connection_and_lets_none_in(ailing):
    server, cache = ailing
    server.ask("CONFIG", "SET", "requirepass", "rotated")

    assert cache.get("key") == VALUE
    cache._cache._get_connection_pool(write=True).disconnect()
    with pytest.raises(redis.AuthenticationError, match="invalid username-password"):
        cache.get("key")
