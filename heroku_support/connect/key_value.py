"""
What a Key-Value Store tells of itself, over a connection of our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from heroku_support import service_url
from heroku_support.connect.places import place
from heroku_support.errors import ServiceURLError
from heroku_support.manifests.live import Store
from heroku_support.service_url import ServiceURL, is_local

TIMEOUT = 5  # seconds, to connect and for each answer
SCHEMES = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}
NUMBERS = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True)
class Lead:
    """
    A store, and each setting that leads there.

    :param url: with its password; never shown.
    """

    url: ServiceURL = field(repr=False)
    options: Mapping[str, Any] = field(repr=False)
    setting: str
    names: tuple[str, ...]
    roles: frozenset[str]


def leads() -> list[Lead]:
    """
    Return each store that the settings name, once.
    """
    found: dict[tuple[str, int | None, str], Lead] = {}
    for lead in _named():
        key = (lead.url.host, lead.url.port, lead.url.scheme)
        first = found.get(key)
        if first:
            names = (*first.names, *lead.names)
            lead = replace(first, names=names, roles=first.roles | lead.roles)
        found[key] = lead
    return list(found.values())


def ask(lead: Lead, root: Path) -> Store:
    """
    Connect, ask, and close.

    :raises Exception: the library's, where that fails.
    """
    import redis  # here: most projects have none

    url = service_url.build(lead.url, _options(lead.url))
    tls = {} if lead.url.scheme == "redis" else lead.options
    client = redis.Redis.from_url(
        url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, **tls
    )
    try:
        told: Mapping[str, Any] = client.info()
    finally:
        client.close()
    is_valkey = "valkey_version" in told
    version = str(told["valkey_version" if is_valkey else "redis_version"])
    match = NUMBERS.match(version)
    limited = told.get("maxmemory") != 0
    return replace(
        unreached(lead, root),
        product=f"{'Valkey' if is_valkey else 'Redis'} {version}",
        version=(int(match[1]), int(match[2])) if match else (0, 0),
        is_local=is_local(lead.url.host),
        has_tls=lead.url.scheme == "rediss",
        most_clients=told.get("maxclients"),
        clients=max(0, int(told.get("connected_clients", 1)) - 1),
        policy=str(told.get("maxmemory_policy", "")) if limited else "",
    )


def unreached(lead: Lead, root: Path, error: str = "") -> Store:
    """
    Return what is known without an answer.
    """
    name = " and ".join(lead.names)
    return Store(name, place(lead.setting, root), error, roles=lead.roles)


def _named() -> Iterator[Lead]:
    for setting, address, options, name, role in _addresses():
        try:
            url = service_url.parse(address)
        except ServiceURLError:
            continue  # the project's check of its settings says so
        if url.scheme in SCHEMES:
            url.scheme = SCHEMES[url.scheme]
            yield Lead(url, options, setting, (name,), frozenset({role}))


def _addresses() -> Iterator[tuple[str, str, Mapping[str, Any], str, str]]:
    for alias, entry in getattr(settings, "CACHES", {}).items():
        if str(entry.get("BACKEND")).endswith("RedisCache"):
            # Of Django's backend, and of django-redis beside it.
            options = entry.get("OPTIONS", {})
            both = {**options, **options.get("CONNECTION_POOL_KWARGS", {})}
            tls = {key: both[key] for key in both if key.startswith("ssl_")}
            for address in _split(entry.get("LOCATION")):
                yield "CACHES", address, tls, f'CACHES["{alias}"]', "cache"
    for name, role in (
        ("CELERY_BROKER_URL", "broker"),
        ("CELERY_RESULT_BACKEND", "results"),
    ):
        for address in _split(getattr(settings, name, None)):
            yield name, address, {}, name, role
    for alias, entry in getattr(settings, "CHANNEL_LAYERS", {}).items():
        name = f'CHANNEL_LAYERS["{alias}"]'
        for host in _split(entry.get("CONFIG", {}).get("hosts")):
            yield "CHANNEL_LAYERS", host, {}, name, "channels"


def _split(location: Any) -> list[str]:
    # As Django and kombu do; a host of channels may be a mapping with its address.
    if isinstance(location, str):
        return re.split("[;,]", location)
    found = location if isinstance(location, (list, tuple)) else ()
    addresses = (
        each.get("address") if isinstance(each, dict) else each for each in found
    )
    return [each for each in addresses if isinstance(each, str)]


def _options(url: ServiceURL) -> dict[str, str]:
    """
    Return what of a URL's query is about TLS, as redis-py spells it; Celery's has CERT_NONE.
    """
    return {
        key: value.lower().removeprefix("cert_") if key == "ssl_cert_reqs" else value
        for key, value in url.query.items()
        if key.startswith("ssl_")
    }
