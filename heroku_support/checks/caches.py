"""
Checks of ``CACHES``, and of the sessions in them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core import checks

from heroku_support.checks.reading import (
    entries,
    is_installed,
    mapping,
    on_dyno,
    setting,
    text,
    texts,
    variables,
)
from heroku_support.settings import find_library

E006 = checks.Error(
    "Sessions are kept in this process or on the dyno's disk: logins get lost.",
    hint='SESSION_ENGINE = "django.contrib.sessions.backends.db"',
    id="heroku_support.E006",
)
E016 = checks.Error(
    "The cache asks for a login, and pylibmc's wheel cannot log in.",
    hint="A line --no-binary pylibmc in requirements.txt, so that it is built with the"
    " libraries of the stack.",
    id="heroku_support.E016",
)
W007 = checks.Warning(
    "Sessions are cached in each process: others still know one that logged out.",
    hint='SESSION_ENGINE = "django.contrib.sessions.backends.db"',
    id="heroku_support.W007",
)
W008 = checks.Warning(
    "The cache is in each process's memory: what it counts or keeps is not shared.",
    hint="heroku addons:create heroku-redis:mini, and CACHES = heroku.caches()",
    id="heroku_support.W008",
)

CACHE = "django.core.cache.backends."
LOCAL = f"{CACHE}locmem.LocMemCache"
DUMMY = f"{CACHE}dummy.DummyCache"
MEMCACHED = f"{CACHE}memcached.PyLibMCCache"
FILES = f"{CACHE}filebased.FileBasedCache"

SESSIONS = "django.contrib.sessions.backends."
SESSION_MIDDLEWARE = "SessionMiddleware"
PAGE_CACHE = "django.middleware.cache.UpdateCacheMiddleware"
AXES_IN_CACHE = "axes.handlers.cache.AxesCacheHandler"


def check_sessions(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Dynos share neither memory nor disk, and each is replaced at least once a day (Dev
    Center, "Dynos").
    """
    engine = text(setting("SESSION_ENGINE"))
    used = any(
        each.endswith(SESSION_MIDDLEWARE) for each in texts(setting("MIDDLEWARE"))
    )
    if not (used and on_dyno()):
        return []
    backend = _backend(setting("SESSION_CACHE_ALIAS"))
    if engine == f"{SESSIONS}file":
        return [E006]
    if engine == f"{SESSIONS}cache":
        return [E006] if backend in (LOCAL, DUMMY, FILES) else []
    stale = engine == f"{SESSIONS}cached_db" and backend in (LOCAL, FILES)
    return [W007] if stale else []


def check_shared(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Every worker process has a ``LocMemCache`` of its own (Django docs, "Local-memory
    caching"); nobody minds where nothing relies on it.
    """
    several = variables().get("WEB_CONCURRENCY") != "1"
    alone = _backend("default") in (LOCAL, DUMMY)
    return [W008] if several and alone and on_dyno() and _is_relied_on() else []


def check_memcached_login(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    The libsasl2 in the wheel looks for its plugins where Debian and Ubuntu have none, unless
    ``SASL_PATH`` says where they are (pylibmc 1.6.3).
    """
    asked = any(
        entry.get("BACKEND") == MEMCACHED
        and mapping(entry.get("OPTIONS")).get("username")
        for entry in entries("CACHES")
    )
    if not (asked and on_dyno()) or variables().get("SASL_PATH"):
        return []
    packages = Path(find_library("pylibmc")).parent.parent
    return [E016] if (packages / "pylibmc.libs").is_dir() else []


def _backend(alias: Any) -> str:
    return text(mapping(mapping(setting("CACHES")).get(text(alias))).get("BACKEND"))


def _is_relied_on() -> bool:
    throttled = mapping(setting("REST_FRAMEWORK")).get("DEFAULT_THROTTLE_CLASSES")
    return bool(
        PAGE_CACHE in texts(setting("MIDDLEWARE"))
        or (throttled and is_installed("rest_framework"))
        or setting("AXES_HANDLER") == AXES_IN_CACHE
        # Its choices are made by one request and looked up by the next.
        or is_installed("django_select2")
    )
