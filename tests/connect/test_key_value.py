"""
What a real Valkey tells of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from heroku_support.connect import key_value
from heroku_support.connect.servers import ask_servers
from heroku_support.dyno import Dyno
from heroku_support.manifests.live import Store
from heroku_support.redaction import has_piece_of_secret
from heroku_support.settings.heroku import Heroku
from tests.servers.fault_proxy import FaultProxy
from tests.servers.valkey import PASSWORD, ValkeyBehindTLS, ValkeyServer

ROOT = Path(__file__).resolve().parents[2]
URL = "redis://:secret-of-mine@cache.example.com:6379"


def ask(*, seconds: float = 10, **settings: Any) -> tuple[Store, ...]:
    with override_settings(**settings):
        return ask_servers(ROOT, Dyno.from_environ({}), seconds=seconds).stores


def every_setting(url: str) -> dict[str, Any]:
    """
    What our helpers make of a URL.
    """
    heroku = Heroku({"REDIS_URL": url}, argv=[])
    return {
        "CACHES": heroku.caches(),
        "CHANNEL_LAYERS": heroku.channel_layers(),
        **heroku.celery(),
    }


@pytest.fixture
def limited(valkey: ValkeyServer) -> Iterator[ValkeyServer]:
    """
    A store as small as Heroku's smallest.
    """
    valkey.ask("CONFIG", "SET", "maxclients", "20")
    valkey.ask("CONFIG", "SET", "maxmemory", "25mb")
    yield valkey
    valkey.ask("CONFIG", "SET", "maxmemory", "0")
    valkey.ask("CONFIG", "SET", "maxclients", "10000")


def test_one_store_is_asked_once_for_all_that_it_is_for(limited: ValkeyServer):
    (told,) = ask(**every_setting(limited.url()))

    assert told.name == (
        'CACHES["default"] and CELERY_BROKER_URL and CELERY_RESULT_BACKEND'
        ' and CHANNEL_LAYERS["default"]'
    )
    assert told.roles == {"cache", "broker", "results", "channels"}
    assert told.product.startswith("Valkey 9.")
    assert told.version[0] == 9
    assert (told.most_clients, told.policy) == (20, "noeviction")
    assert (told.is_local, told.has_tls, told.error) == (True, False, "")


def test_a_store_without_a_limit_throws_nothing_away(valkey: ValkeyServer):
    (told,) = ask(CACHES=every_setting(valkey.url())["CACHES"])

    assert told.policy == ""


def test_tls_with_a_certificate_that_nobody_signed(valkey_tls: ValkeyBehindTLS):
    (told,) = ask(**every_setting(valkey_tls.url))

    assert (told.error, told.has_tls) == ("", True)


def test_celerys_word_for_a_certificate_is_understood(valkey_tls: ValkeyBehindTLS):
    (told,) = ask(CELERY_BROKER_URL=f"{valkey_tls.url}?ssl_cert_reqs=CERT_NONE")

    assert told.error == ""


def test_a_certificate_that_is_checked_and_wrong_is_why(valkey_tls: ValkeyBehindTLS):
    (told,) = ask(CELERY_BROKER_URL=valkey_tls.url)

    assert "certificate verify failed" in told.error.lower()
    assert told.product == ""


def test_options_of_a_cache_count(valkey_tls: ValkeyBehindTLS):
    entry = {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": [valkey_tls.url],
        "OPTIONS": {"CONNECTION_POOL_KWARGS": {"ssl_cert_reqs": None}},
    }
    (told,) = ask(CACHES={"default": entry})

    assert told.error == ""


def test_a_store_that_hangs_is_given_up(
    valkey: ValkeyServer, fault_proxy: Callable[..., FaultProxy]
):
    proxy = fault_proxy(valkey.port)
    proxy.blackhole()
    url = valkey.url().replace(str(valkey.port), str(proxy.port))
    (told,) = ask(CELERY_BROKER_URL=url, seconds=0.2)

    assert told.error == "it does not answer in time"


def test_no_password_is_told(valkey: ValkeyServer):
    wrong = "Wrong8@yW/3#pT"
    told = [
        *ask(CELERY_BROKER_URL=valkey.url(password=wrong)),
        *ask(CELERY_BROKER_URL=f"redis://:{wrong[:5]}@127.0.0.1:1"),
    ]

    assert all(each.error for each in told)
    assert not any(
        has_piece_of_secret(f"{each!r}", {"A_PASSWORD": secret})
        for each in told
        for secret in (wrong, PASSWORD)
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"CELERY_BROKER_URL": "amqps://a:b@c.example.com"},
        {"CELERY_BROKER_URL": "memory://", "CELERY_RESULT_BACKEND": None},
        {"CELERY_BROKER_URL": "redis://:a b@c"},
        {"CACHES": {"default": {"BACKEND": "x.LocMemCache", "LOCATION": URL}}},
        {"CHANNEL_LAYERS": {"default": {"BACKEND": "x.InMemoryChannelLayer"}}},
    ],
)
def test_what_is_no_store_is_not_asked(settings):
    assert ask(**settings) == ()


@pytest.mark.parametrize(
    "settings",
    [
        {
            "CACHES": {
                "default": {"BACKEND": "x.RedisCache", "LOCATION": f"{URL},{URL}"}
            }
        },
        {"CHANNEL_LAYERS": {"default": {"CONFIG": {"hosts": [{"address": URL}, 1]}}}},
        {"CELERY_BROKER_URL": f"valkey{URL[5:]};{URL}"},
    ],
)
def test_each_way_to_name_a_store_is_known(settings):
    with override_settings(**settings):
        (lead,) = key_value.leads()

    assert lead.url.host == "cache.example.com"
    assert "secret-of-mine" not in repr(lead)
