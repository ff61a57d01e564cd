"""
What each library does with each form of TLS's options: the facts that our one URL rests on.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery
from django_rq.queues import get_redis_connection

from tests.servers.valkey import ValkeyBehindTLS
from tests.settings.key_value_clients import (
    FAILURES,
    VALUE,
    round_trip,
    through_cache,
    through_layer,
)

Connect = Callable[..., object]


def redis_py(url: str, **options: Any) -> object:
    with redis.Redis.from_url(url, **options) as client:
        return round_trip(client)


def django(url: str, **options: Any) -> object:
    backend = "django.core.cache.backends.redis.RedisCache"
    return through_cache({"BACKEND": backend, "LOCATION": url, "OPTIONS": options})


def django_redis(url: str, **options: Any) -> object:
    backend = "django_redis.cache.RedisCache"
    return through_cache({"BACKEND": backend, "LOCATION": url, "OPTIONS": options})


def django_valkey(url: str, **options: Any) -> object:
    backend = "django_valkey.cache.ValkeyCache"
    return through_cache({"BACKEND": backend, "LOCATION": url, "OPTIONS": options})


def celery_broker(url: str, **settings: Any) -> object:
    app = Celery(broker=url, set_as_current=False)
    app.conf.update(settings)
    with closing(app), app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)
        with closing(connection.SimpleQueue("messages")) as queue:
            queue.put(VALUE)
            message = queue.get(timeout=5)
            message.ack()
            return message.payload


def celery_backend(url: str, **settings: Any) -> object:
    app = Celery(backend=url, set_as_current=False)
    app.conf.update(settings)
    with closing(app):
        return round_trip(app.backend.client)


def channels(url: str, **options: Any) -> object:
    return through_layer({"hosts": [{"address": url, **options}]})


def django_rq(url: str, **options: Any) -> object:
    with get_redis_connection({"URL": url, **options}) as client:
        return round_trip(client)


def outcome(connect: Connect, url: str, options: dict[str, Any]) -> str:
    try:
        return str(connect(url, **options))
    except (*FAILURES, KeyError, TypeError, ValueError) as e:
        return f"{type(e).__name__}: {e}"


WORKS = f"^{VALUE}$"
REFUSED = "self-signed certificate"
UNKNOWN = "Invalid SSL Certificate Requirements Flag: "
CELERY_WANTS = "A rediss:// URL must have parameter ssl_cert_reqs"
NAME = "IP address mismatch"
WITHOUT_TLS = "Connection (closed|reset)|Error while reading"
CERT_NONE = {"ssl_cert_reqs": ssl.CERT_NONE}
WORD = {"ssl_cert_reqs": "none"}
NONE = {"ssl_cert_reqs": None}
CELERYS_WORD = {"ssl_cert_reqs": "CERT_NONE"}
PIN = {"ssl_ca_certs": "OWN", "ssl_check_hostname": False}

# OWN: the file with the server's certificate.
MATRIX: list[tuple[Connect, str, dict[str, Any], str]] = [
    (redis_py, "", {}, REFUSED),
    (redis_py, "?ssl_cert_reqs=none", {}, WORKS),
    (redis_py, "", NONE, WORKS),
    (redis_py, "", WORD, WORKS),
    (redis_py, "", CERT_NONE, WORKS),
    (redis_py, "?ssl_cert_reqs=None", {}, UNKNOWN + "None"),
    (redis_py, "?ssl_cert_reqs=CERT_NONE", {}, UNKNOWN + "CERT_NONE"),
    (redis_py, "", PIN, WORKS),
    (redis_py, "", {"ssl_ca_certs": "OWN", "ssl_check_hostname": True}, NAME),
    (redis_py, "without TLS", {}, WITHOUT_TLS),
    (django, "", {}, REFUSED),
    (django, "?ssl_cert_reqs=none", {}, WORKS),
    (django, "", NONE, WORKS),
    (django, "", WORD, WORKS),
    (django, "", CERT_NONE, WORKS),
    (django, "", CELERYS_WORD, UNKNOWN + "CERT_NONE"),
    (django, "without TLS", NONE, "TypeError: .*unexpected keyword argument"),
    (django_redis, "?ssl_cert_reqs=none", {}, WORKS),
    (django_redis, "", {"CONNECTION_POOL_KWARGS": NONE}, WORKS),
    (django_redis, "", NONE, REFUSED),
    (django_valkey, "", {}, REFUSED),
    (django_valkey, "?ssl_cert_reqs=none", {}, WORKS),
    (django_valkey, "?ssl_cert_reqs=CERT_NONE", {}, UNKNOWN + "CERT_NONE"),
    (django_valkey, "", {"CONNECTION_POOL_KWARGS": NONE}, WORKS),
    (django_valkey, "", NONE, REFUSED),
    # Kombu checks nothing unless it is asked to.
    (celery_broker, "", {}, WORKS),
    (celery_broker, "?ssl_cert_reqs=none", {}, WORKS),
    (celery_broker, "?ssl_cert_reqs=CERT_NONE", {}, WORKS),
    (celery_broker, "?ssl_cert_reqs=required", {}, REFUSED),
    (celery_broker, "?ssl_cert_reqs=bogus", {}, "KeyError: 'bogus'"),
    (celery_broker, "", {"broker_use_ssl": CERT_NONE}, WORKS),
    (celery_broker, "", {"broker_use_ssl": WORD}, WORKS),
    (celery_broker, "", {"broker_use_ssl": CELERYS_WORD}, UNKNOWN + "CERT_NONE"),
    (celery_backend, "", {}, CELERY_WANTS),
    (celery_backend, "?ssl_cert_reqs=none", {}, WORKS),
    (celery_backend, "?ssl_cert_reqs=CERT_NONE", {}, WORKS),
    (celery_backend, "?ssl_cert_reqs=bogus", {}, CELERY_WANTS),
    (celery_backend, "", {"redis_backend_use_ssl": CERT_NONE}, WORKS),
    (celery_backend, "", {"redis_backend_use_ssl": WORD}, WORKS),
    (celery_backend, "", {"redis_backend_use_ssl": NONE}, CELERY_WANTS),
    (celery_backend, "", {"broker_use_ssl": CERT_NONE}, CELERY_WANTS),
    (channels, "", {}, REFUSED),
    (channels, "?ssl_cert_reqs=none", {}, WORKS),
    (channels, "", NONE, WORKS),
    (django_rq, "", {}, REFUSED),
    (django_rq, "?ssl_cert_reqs=none", {}, WORKS),
    (django_rq, "", {"SSL_CERT_REQS": None}, WORKS),
    (django_rq, "", {"REDIS_CLIENT_KWARGS": NONE}, REFUSED),
    (django_rq, "", {"CONNECTION_KWARGS": NONE}, REFUSED),
]


def named(value: object) -> str | None:
    return getattr(value, "__name__", None)


@pytest.mark.parametrize(("connect", "query", "options", "expected"), MATRIX, ids=named)
def test_library_and_form(
    valkey_tls: ValkeyBehindTLS,
    tmp_path: Path,
    connect: Connect,
    query: str,
    options: dict[str, Any],
    expected: str,
):
    own = tmp_path / "own.pem"
    own.write_text(valkey_tls.certificate.authority)
    # By its address, for which the certificate is not.
    by_address = valkey_tls.url.replace("localhost", "127.0.0.1")
    url = by_address if "ssl_check_hostname" in options else valkey_tls.url
    url = url.replace("rediss:", "redis:") if query == "without TLS" else url + query
    asked = {key: str(own) if each == "OWN" else each for key, each in options.items()}

    found = outcome(connect, url, asked)
    assert re.search(expected, found.replace("\n", " ")), found
