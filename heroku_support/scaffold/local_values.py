"""
Values that stand in a settings file and are good for one machine only: what a helper replaces.

Whatever reads the environment, or names another host, somebody has thought about: it stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from heroku_support.scaffold.python_code import Assignment, InBaseDir, NotLiteralError

LOCAL_HOSTS = {"", "localhost", "127.0.0.1", "::1", "[::1]", "0.0.0.0"}
URL_HOST = re.compile(r"[a-z+]+://(?:[^/@]*@)?(\[[^]]*\]|[^/:]*)", re.IGNORECASE)
SCHEMES = {
    "django.db.backends.sqlite3": "sqlite",
    "django.contrib.gis.db.backends.spatialite": "spatialite",
    "django.db.backends.postgresql": "postgres",
    "django.db.backends.postgresql_psycopg2": "postgres",
    "django.contrib.gis.db.backends.postgis": "postgis",
}
DATABASE_KEYS = {"ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT"}
CACHE_KEYS = {"BACKEND", "LOCATION"}
# As its README has it; it says nothing that is not so anyway.
DJANGO_REDIS = {"OPTIONS": {"CLIENT_CLASS": "django_redis.client.DefaultClient"}}
CONSOLE = "django.core.mail.backends.console.EmailBackend"


@dataclass(frozen=True)
class Replacement:
    """
    What takes a value's place: arguments of the helper, and what belongs into ``.env``.
    """

    arguments: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)


def replacement(assignment: Assignment) -> Replacement | None:
    """
    Return what replaces the value, None where it is to stay.
    """
    replace = REPLACEMENTS.get(assignment.name)
    if not replace or not assignment.is_top:
        return None
    try:
        return replace(assignment.value)
    except (NotLiteralError, TypeError, ValueError, AttributeError, KeyError):
        return None  # not written out, or of another shape than Django's


def _debug(value: Any) -> Replacement | None:
    if not isinstance(value, bool):
        return None
    return Replacement(variables={"DEBUG": "true"} if value else {})


def _secret_key(value: Any) -> Replacement | None:
    return Replacement() if isinstance(value, str) else None


def _allowed_hosts(value: Any) -> Replacement | None:
    hosts = [host for host in value if host not in LOCAL_HOSTS | {".localhost"}]
    if not all(isinstance(host, str) and "/" not in host for host in hosts):
        return None
    # "*" was for want of the app's own name, which the helper knows.
    kept = [host for host in hosts if host not in ("*", ".herokuapp.com")]
    return Replacement(tuple(f'"{host}"' for host in kept))


def _databases(value: Any) -> Replacement | None:
    ((alias, options),) = value.items()
    scheme = SCHEMES[options["ENGINE"]]
    if alias != "default" or set(options) - DATABASE_KEYS:
        return None
    if not is_local(options.get("HOST", "")):
        return None
    name = options.get("NAME", "")
    if scheme in ("sqlite", "spatialite"):
        return _file(scheme, name)
    user, password = options.get("USER", ""), options.get("PASSWORD", "")
    port = f":{options['PORT']}" if options.get("PORT") else ""
    place = f"{options.get('HOST') or 'localhost'}{port}/{quote(name)}"
    default = f"{scheme}://{quote(user)}@{place}" if user else f"{scheme}://{place}"
    # A password belongs to no repository.
    url = f"{scheme}://{quote(user)}:{quote(password, safe='')}@{place}"
    return Replacement(
        (f'default="{default}"',), {"DATABASE_URL": url} if password else {}
    )


def _file(scheme: str, name: Any) -> Replacement:
    if isinstance(name, InBaseDir):
        return Replacement((f"default=f\"{scheme}:///{{BASE_DIR / '{name.path}'}}\"",))
    return Replacement((f'default="{scheme}:///{name}"',))


def _caches(value: Any) -> Replacement | None:
    ((alias, options),) = value.items()
    own = {key: each for key, each in options.items() if key not in CACHE_KEYS}
    if alias != "default" or own not in ({}, DJANGO_REDIS):
        return None
    location = options.get("LOCATION", "")
    return _store(location) if isinstance(location, str) else None


def _channel_layers(value: Any) -> Replacement | None:
    ((alias, options),) = value.items()
    inner = options.get("CONFIG", {})
    if alias != "default" or set(inner) - {"hosts"}:
        return None
    for host in inner.get("hosts", []):
        if isinstance(host, str):
            return _store(host)
        if is_local(host[0]):
            return _store(f"redis://{host[0]}:{host[1]}")
        return None
    return Replacement()


def _broker(value: Any) -> Replacement | None:
    return _store(value)


def _haystack(value: Any) -> Replacement | None:
    urls = [str(each.get("URL", "")) for each in value.values()]
    return Replacement() if set(value) == {"default"} and _is_here(urls[0]) else None


def _mail_backend(value: Any) -> Replacement | None:
    return Replacement() if value == CONSOLE else None


def _mailers(value: Any) -> Replacement | None:
    # As startproject of Django 6.1 writes it.
    return Replacement() if value == {"default": {"BACKEND": CONSOLE}} else None


REPLACEMENTS: dict[str, Callable[[Any], Replacement | None]] = {
    "DEBUG": _debug,
    "SECRET_KEY": _secret_key,
    "ALLOWED_HOSTS": _allowed_hosts,
    "DATABASES": _databases,
    "CACHES": _caches,
    "CHANNEL_LAYERS": _channel_layers,
    "CELERY_BROKER_URL": _broker,
    "CELERY_RESULT_BACKEND": _broker,
    "HAYSTACK_CONNECTIONS": _haystack,
    "EMAIL_BACKEND": _mail_backend,
    "MAILERS": _mailers,
}


def is_local(host: str) -> bool:
    """
    Whether a host is this machine, a socket's folder, or a container beside.
    """
    return host in LOCAL_HOSTS or host.startswith("/") or "." not in host


def _is_here(url: str) -> bool:
    match = URL_HOST.match(url)
    return is_local(match[1]) if match else True


def _store(url: str) -> Replacement | None:
    if not _is_here(url):
        return None
    is_store = url.startswith(("redis://", "rediss://"))
    return Replacement(variables={"REDIS_URL": url.rstrip("/")} if is_store else {})
