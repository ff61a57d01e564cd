"""
The checks of a cache, a store and a broker, with a real Valkey that answers, and one that stopped.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery
from django.core.cache.backends.locmem import LocMemCache
from django.test import override_settings
from kombu.pidbox import Mailbox

from heroku_support.health import configured
from heroku_support.health.checks import broker, key_value
from heroku_support.health.readiness import Outcome, Readiness
from tests.servers.certificates import self_sign, server_context
from tests.servers.fault_proxy import FaultProxy
from tests.servers.valkey import ValkeyBehindTLS, ValkeyServer
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.server
SECRET = "no-such-p4ssword"


@pytest.fixture(scope="module")
def server() -> Iterator[ValkeyServer]:
    """
    A server that may be frozen.
    """
    with ValkeyServer.start() as server:
        yield server


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    broker.celery_app.cache_clear()


def attached(url: str) -> Any:
    """
    Settings with a cache and a broker there.
    """
    entry = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
    return override_settings(
        CACHES={"default": entry},
        CELERY_BROKER_URL=url,
        CELERY_BROKER_TRANSPORT_OPTIONS={"socket_timeout": 2},
        HEROKU_SUPPORT_CHECKS={"database": None},
    )


@pytest.fixture
def readiness(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Readiness]:
    monkeypatch.setenv("REDIS_URL", server.url())
    with attached(server.url()):
        yield Readiness(configured.checks(), timeout=5, ttl=0)


def statuses(readiness: Readiness) -> dict[str, str]:
    outcomes = readiness.check().report.outcomes
    return {each.name: each.status for each in outcomes}


def clients(server: ValkeyServer) -> int:
    # Without the one that asks.
    return int(server.ask("CLIENT", "LIST").count("\n")) - 1


PASS = {"cache:default": "pass", "key_value": "pass", "broker": "pass"}
WARN = dict.fromkeys(PASS, "warn")


def test_what_answers_passes_and_no_connection_is_left(
    readiness: Readiness, server: ValkeyServer
):
    before = clients(server)
    found = [statuses(readiness) for _ in range(3)]

    assert found == [PASS] * 3
    wait_until(lambda: clients(server) <= before)


def test_what_freezes_is_told_in_time_and_heals(
    readiness: Readiness, server: ValkeyServer
):
    # What is imported for it the first time takes its time.
    statuses(readiness)
    readiness._timeout = 0.3
    threads = threading.active_count()
    server.freeze()
    begun = time.monotonic()
    frozen = [statuses(readiness) for _ in range(3)]
    took = time.monotonic() - begun
    at_most = threading.active_count()
    server.thaw()
    readiness._timeout = 5
    wait_until(lambda: statuses(readiness) == PASS)

    assert frozen == [WARN] * 3
    assert took < 5
    assert at_most <= threads + len(PASS)
    wait_until(lambda: threading.active_count() <= threads)


def outcomes(url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Outcome]:
    monkeypatch.setenv("REDIS_URL", url)
    with attached(url):
        readiness = Readiness(configured.checks(), timeout=10, ttl=0)
        return {each.name: each for each in readiness.check().report.outcomes}


def test_what_refuses_warns(monkeypatch: pytest.MonkeyPatch):
    found = outcomes("redis://127.0.0.1:1", monkeypatch)

    assert {name: each.status for name, each in found.items()} == WARN
    assert all("refused" in each.output for each in found.values())


def test_a_wrong_password_warns_and_is_not_told(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
):
    found = outcomes(server.url(password=SECRET), monkeypatch)

    assert {name: each.status for name, each in found.items()} == WARN
    assert not [each for each in found.values() if SECRET in each.output]


def test_a_store_that_keeps_nothing_warns(readiness: Readiness, server: ValkeyServer):
    server.ask("CONFIG", "SET", "maxmemory", "1")
    found = {each.name: each for each in readiness.check().report.outcomes}
    server.ask("CONFIG", "SET", "maxmemory", "0")

    assert found["cache:default"].status == "warn"
    assert "maxmemory" in found["cache:default"].output


class Forgetful(LocMemCache):
    """
    A cache that evicts at once.
    """

    def set(self, *args: Any, **options: Any) -> None:
        pass


def test_a_cache_without_what_it_was_given_warns():
    entry = {"BACKEND": f"{__name__}.Forgetful"}
    checks = {"database": None, "cache": {"aliases": "default"}}
    with override_settings(CACHES={"default": entry}, HEROKU_SUPPORT_CHECKS=checks):
        readiness = Readiness(configured.checks(), timeout=5, ttl=0)
        (outcome,) = readiness.check().report.outcomes

    assert (outcome.status, outcome.output) == (
        "warn",
        "what was stored is not there",
    )


def test_a_certificate_that_is_there_to_be_pinned_is(
    valkey_tls: ValkeyBehindTLS, valkey: ValkeyServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("REDIS_URL", valkey_tls.url)
    monkeypatch.setenv("REDIS_CA_CERTIFICATE", valkey_tls.certificate.chain)
    (check,) = key_value.find("key_value")
    check.run()
    impostor = server_context(self_sign())
    with FaultProxy(valkey.port, tls=impostor) as proxy:
        url = valkey_tls.url.replace(str(valkey_tls.port), str(proxy.port))
        monkeypatch.setenv("REDIS_URL", url)
        (check,) = key_value.find("key_value")

        with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
            check.run()


@pytest.mark.parametrize(
    ("name", "extra"), [("key_value", "redis"), ("broker", "celery")]
)
def test_a_library_that_is_missing_is_named(
    readiness: Readiness, monkeypatch: pytest.MonkeyPatch, name: str, extra: str
):
    # It is installed here, for other tests.
    monkeypatch.setitem(sys.modules, extra, None)
    found = {each.name: each for each in readiness.check().report.outcomes}

    assert found[name].output == f"pip install 'django-heroku-support[{extra}]'"


# --- workers -------------------------------------------------------------------------------

shop = Celery("shop", set_as_current=False)


def workers_of(server: ValkeyServer, **answers: Any) -> Outcome:
    shop.conf.broker_url = server.url()
    checks = {
        "database": None,
        "workers": {"check": "workers", "app": f"{__name__}.shop"},
    }
    with override_settings(HEROKU_SUPPORT_CHECKS=checks, **answers):
        readiness = Readiness(configured.checks(), timeout=10, ttl=0)
        (outcome,) = readiness.check().report.outcomes
    return outcome


def test_without_a_worker_it_is_said_how_to_start_one(server: ValkeyServer):
    before = clients(server)
    outcome = workers_of(server, HEROKU_SUPPORT_CHECK_TIMEOUT=0.2)
    wait_until(lambda: clients(server) <= before)

    assert (outcome.status, outcome.output) == (
        "warn",
        "no worker answered: heroku ps:scale worker=1",
    )


def test_a_worker_that_answers_is_enough(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
):
    # A real one takes seconds to start: tests/services has it.
    monkeypatch.setattr(
        Mailbox, "multi_call", lambda *asked, **options: [{"celery@a": {"ok": "pong"}}]
    )

    assert workers_of(server).status == "pass"
