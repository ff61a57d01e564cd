"""
Checks of the URLs of Redis, Valkey and brokers, whichever setting holds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.core import checks

from heroku_support.checks.reading import (
    entries,
    mapping,
    on_dyno,
    parsed,
    setting,
    text,
    texts,
    variables,
)
from heroku_support.service_url import ServiceURL, is_local

E007 = checks.Error(
    "The Key-Value Store's certificate is signed by nobody: connections will fail.",
    hint="Take the URL from heroku.key_value_url(), or append ?ssl_cert_reqs=none to it.",
    id="heroku_support.E007",
)
W009 = checks.Warning(
    "A password goes to a store or broker on another host without TLS.",
    hint="Take the service's rediss:// or amqps:// URL; heroku.key_value_url() finds"
    " Heroku's.",
    id="heroku_support.W009",
)

CACHE_BACKENDS = ("RedisCache", "ValkeyCache")
PLAIN = frozenset({"redis", "valkey", "amqp", "pyamqp"})
VERIFICATION = ("ssl_cert_reqs", "ssl_ca_certs", "ssl_ca_data", "ssl_ca_path")
# What only the add-on sets; anybody's store may be in REDIS_URL.
OF_THE_ADDON = re.compile(r"REDIS_TLS_URL|HEROKU_REDIS_\w+_URL")
# Names of machines, which no authority signs certificates for; ElastiCache's are others.
MACHINE = re.compile(r"ec2-[\w-]+\.(compute-1|[\w-]+\.compute)\.amazonaws\.com")


class Store(NamedTuple):
    """
    Where a setting leads to, and with which options.
    """

    url: ServiceURL
    options: Mapping[Any, Any]
    tls: bool

    @property
    def is_verified(self) -> bool:
        """
        Whether the project says how the certificate is to be checked.
        """
        return any(key in self.options or key in self.url.query for key in VERIFICATION)


def check_certificate(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    The certificate of Heroku Key-Value Store is self-signed, and its clients check it unless
    told otherwise (Dev Center, "Heroku Key-Value Store"; redis-py: ``ssl_cert_reqs``).

    Celery's broker is none of them: Kombu checks one only if it is asked to (Kombu 5.7,
    ``connection.py``).
    """
    if not on_dyno():
        return []
    addresses = _addresses_of_the_addon()
    unsigned = any(
        each.url.scheme in ("rediss", "valkeys")
        and not each.is_verified
        and (MACHINE.fullmatch(each.url.host) or _address(each.url) in addresses)
        for each in _stores([*_caches(), *_channels(), *_queues()])
    )
    return [E007] if unsigned else []


def check_plain(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Host names of add-ons are public, and so is the way there; Heroku's own store needs TLS
    since December 2024 (Dev Center, "Heroku Key-Value Store").
    """
    if not on_dyno():
        return []
    readable = any(
        each.url.scheme in PLAIN
        and not each.tls
        and each.url.password
        and not is_local(each.url.host)
        for each in _stores([*_caches(), *_celery(), *_channels(), *_queues()])
    )
    return [W009] if readable else []


Found = tuple[Any, Mapping[Any, Any], bool]


def _stores(found: Iterable[Found]) -> Iterator[Store]:
    for address, options, tls in found:
        url = parsed(address)
        if url is not None:
            yield Store(url, options, tls)


def _caches() -> Iterator[Found]:
    for entry in entries("CACHES"):
        if not text(entry.get("BACKEND")).endswith(CACHE_BACKENDS):
            continue
        options = mapping(entry.get("OPTIONS"))
        # Django's backend, and django-redis and django-valkey beside it.
        both = {**options, **mapping(options.get("CONNECTION_POOL_KWARGS"))}
        for address in _split(entry.get("LOCATION")):
            yield address, both, False


def _celery() -> Iterator[Found]:
    tls = setting("CELERY_BROKER_USE_SSL")
    for address in _split(setting("CELERY_BROKER_URL")):
        # Of a store, Kombu takes TLS's options and no True (5.7, transport/redis.py).
        options = mapping(tls)
        asked = options if address.startswith("redis") else tls
        yield address, options, bool(asked)


def _channels() -> Iterator[Found]:
    for entry in entries("CHANNEL_LAYERS"):
        hosts = mapping(entry.get("CONFIG")).get("hosts")
        for host in hosts if isinstance(hosts, (list, tuple)) else ():
            options = mapping(host)
            yield options.get("address", host), options, False


def _queues() -> Iterator[Found]:
    for entry in entries("RQ_QUEUES"):
        options = {str(key).lower(): value for key, value in entry.items()}
        yield entry.get("URL"), options, bool(entry.get("SSL"))


def _split(location: Any) -> list[str]:
    # As Django and kombu do.
    return re.split("[;,]", location) if isinstance(location, str) else texts(location)


def _addresses_of_the_addon() -> set[tuple[str, int | None]]:
    urls = [
        parsed(value)
        for name, value in variables().items()
        if OF_THE_ADDON.fullmatch(name)
    ]
    return {_address(url) for url in urls if url is not None}


def _address(url: ServiceURL) -> tuple[str, int | None]:
    return url.host, url.port
