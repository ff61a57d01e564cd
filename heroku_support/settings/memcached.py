"""
MemCachier and Memcached Cloud, for ``CACHES``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heroku_support import service_url, variables
from heroku_support.errors import ServiceURLError
from heroku_support.service_url import ServiceURL

if TYPE_CHECKING:
    from heroku_support.settings import Record
    from heroku_support.settings.typed import CacheSettings

BACKEND = "django.core.cache.backends.memcached.PyLibMCCache"
EXTRA = "django-heroku-support[memcached]"
PORT = 11211
EXAMPLE = "mc1.example.com:11211,mc2.example.com:11211"
# What MemCachier gives its users (github.com/memcachier/examples-django). libmemcached's own
# figures let a page wait 5 seconds and more for a server that does not answer.
BEHAVIORS = {
    "tcp_nodelay": True,
    "tcp_keepalive": True,
    "connect_timeout": 2000,  # milliseconds
    "_poll_timeout": 2000,  # milliseconds
    "send_timeout": 750_000,  # microseconds
    "receive_timeout": 750_000,  # microseconds
    # A server that is lost takes only its own keys with it, and is asked again later.
    "ketama": True,
    "remove_failed": 1,
    "retry_timeout": 2,  # seconds
    "dead_timeout": 30,  # seconds
}


def cache(record: Record, variable: str) -> CacheSettings:
    """
    Return the entry of ``CACHES``, empty when something is wrong.
    """

    def read() -> list[str]:
        return _servers(record.dyno.vars[variable])

    servers = record.attempt_url(variable, record.assignment(variable, EXAMPLE), read)
    options = _options(record, variable) if servers else None
    if not servers or options is None:
        return {}
    return {"BACKEND": BACKEND, "LOCATION": servers, "OPTIONS": options}


def _servers(text: str) -> list[str]:
    # Django takes semicolons as well.
    servers = text.replace(",", " ").replace(";", " ").split()
    if not servers:
        raise ServiceURLError("names no server.")
    return [_server(each) for each in servers]


def _server(text: str) -> str:
    url = service_url.parse(f"memcached://{text}")
    if not url.host or url != ServiceURL("memcached", host=url.host, port=url.port):
        raise ServiceURLError("has a server that is neither HOST nor HOST:PORT.")
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{host}:{url.port or PORT}"


def _options(record: Record, variable: str) -> dict[str, Any] | None:
    prefix = variable.removesuffix("SERVERS")
    login = {
        name: variables.text(record.dyno.vars, prefix + name.upper())
        for name in ("username", "password")
    }
    missing = [prefix + name.upper() for name, value in login.items() if not value]
    if len(missing) == 1:
        line = record.assignment(missing[0], missing[0].removeprefix(prefix))
        record.problem(missing[0], f"is missing, and {variable} is set.", line)
        return None
    if not record.has_library(variable, "pylibmc", EXTRA):
        return None
    if missing:  # one of a developer's own, that asks for no password
        return {"behaviors": dict(BEHAVIORS)}
    return {"binary": True, **login, "behaviors": dict(BEHAVIORS)}
