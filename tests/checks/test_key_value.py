"""
The checks of the URLs of stores and brokers; the silent cases first.
"""

from __future__ import annotations

import ssl
from typing import Any

import pytest
from django.test import override_settings

from heroku_support.checks import key_value
from tests.checks.test_checks import run_all

MACHINE = "rediss://:secret@ec2-1-2-3-4.compute-1.amazonaws.com:6380"
UNVERIFIED = f"{MACHINE}?ssl_cert_reqs=none"
DJANGO = "django.core.cache.backends.redis.RedisCache"
DJANGO_REDIS = "django_redis.cache.RedisCache"
DJANGO_VALKEY = "django_valkey.cache.ValkeyCache"
CHANNELS = "channels_redis.core.RedisChannelLayer"
CERT_NONE = {"ssl_cert_reqs": ssl.CERT_NONE}


def cache(location: Any, *, backend: str = DJANGO, **options: Any) -> dict[str, Any]:
    """
    Return a setting with the URL, as the others below do.
    """
    entry = {"BACKEND": backend, "LOCATION": location, "OPTIONS": options}
    return {"CACHES": {"default": entry}}


def layer(host: Any) -> dict[str, Any]:
    """
    Return a channel layer.
    """
    entry = {"BACKEND": CHANNELS, "CONFIG": {"hosts": [host]}}
    return {"CHANNEL_LAYERS": {"default": entry}}


def queue(url: str, **options: Any) -> dict[str, Any]:
    """
    Return a queue of django-rq.
    """
    return {"RQ_QUEUES": {"default": {"URL": url, **options}}}


def broker(url: Any, **settings: Any) -> dict[str, Any]:
    """
    Return Celery's broker.
    """
    return {"CELERY_BROKER_URL": url, **settings}


def stores(url: str) -> list[dict[str, Any]]:
    """
    Return every setting whose library checks the certificate.
    """
    return [
        cache(url),
        cache([url]),
        cache(f"{url};{url}"),
        cache(url, backend=DJANGO_REDIS),
        cache(url, backend=DJANGO_VALKEY),
        layer(url),
        layer({"address": url}),
        queue(url),
    ]


def everywhere(url: str) -> list[dict[str, Any]]:
    """
    Return every setting that may hold the URL.
    """
    return [*stores(url), broker(url), broker([url])]


@pytest.mark.parametrize("settings", everywhere(MACHINE))
def test_a_store_elsewhere_is_fine_locally(settings: dict[str, Any]):
    with override_settings(**settings):
        assert run_all(key_value) == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "settings",
    [
        *everywhere(UNVERIFIED),
        *everywhere(f"{MACHINE}?ssl_ca_certs=/app/store.pem"),
        # These have certificates that an authority has signed.
        *everywhere("rediss://:p@cache.example.com:6380"),
        *everywhere("rediss://:p@master.shop.use1.cache.amazonaws.com:6379"),
    ],
)
def test_a_url_that_says_what_to_check_is_fine(settings: dict[str, Any]):
    with override_settings(**settings):
        assert run_all(key_value) == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "settings",
    [
        cache(MACHINE, ssl_cert_reqs=None),
        cache(
            MACHINE,
            backend=DJANGO_REDIS,
            CONNECTION_POOL_KWARGS={"ssl_cert_reqs": None},
        ),
        layer({"address": MACHINE, "ssl_cert_reqs": None}),
        queue(MACHINE, SSL_CERT_REQS=None),
    ],
)
def test_an_option_that_says_what_to_check_is_fine(settings: dict[str, Any]):
    with override_settings(**settings):
        assert run_all(key_value) == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("url", [MACHINE, [MACHINE], UNVERIFIED])
def test_a_broker_checks_no_certificate_unless_it_is_asked_to(url: Any):
    with override_settings(**broker(url)):
        assert run_all(key_value) == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("url", ["memory://", "sqs://", "", "redis://localhost"])
def test_other_brokers_are_fine(url: str):
    with override_settings(**broker(url)):
        assert run_all(key_value) == []


@pytest.mark.usefixtures("on_a_dyno")
def test_other_caches_are_fine():
    with override_settings(**cache(MACHINE, backend="shop.cache.Memcached")):
        assert run_all(key_value) == []


# --- E007 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("settings", stores(MACHINE))
def test_a_certificate_that_nobody_signed_is_an_error(settings: dict[str, Any]):
    with override_settings(**settings):
        assert run_all(key_value) == [key_value.E007]


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("variable", ["REDIS_TLS_URL", "HEROKU_REDIS_BRONZE_URL"])
def test_the_addons_own_variable_tells_its_host(
    monkeypatch: pytest.MonkeyPatch, variable: str
):
    url = "rediss://:p@store.example.com:6380"
    with override_settings(**cache(url)):
        assert run_all(key_value) == []

        monkeypatch.setenv(variable, url)
        assert run_all(key_value) == [key_value.E007]


# --- W009 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "settings",
    [
        *everywhere("redis://:p@localhost:6379"),
        *everywhere("redis://:p@10.1.2.3:6379"),
        *everywhere("redis://store.example.com:6379"),
        broker("amqps://u:p@mq.example.com/v"),
        broker("amqp://u:p@mq.example.com", CELERY_BROKER_USE_SSL=True),
        broker("redis://:p@store.example.com", CELERY_BROKER_USE_SSL=CERT_NONE),
        queue("redis://:p@store.example.com", SSL=True),
    ],
)
def test_no_password_and_no_network_need_no_tls(settings: dict[str, Any]):
    with override_settings(**settings):
        assert run_all(key_value) == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "settings",
    [
        *everywhere("redis://:p@store.example.com:6379"),
        broker("amqp://u:p@mq.example.com/v"),
        # Kombu takes the word for AMQP only; a store needs a dictionary of options.
        broker("redis://:p@store.example.com", CELERY_BROKER_USE_SSL=True),
    ],
)
def test_a_password_without_tls_is_a_warning(settings: dict[str, Any]):
    with override_settings(**settings):
        assert run_all(key_value) == [key_value.W009]
