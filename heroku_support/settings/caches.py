"""
``CACHES``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_support import addons
from heroku_support.settings.key_value import (
    TIMEOUT,
    key_value_url,
    tls_in_words,
    variable_name,
)

if TYPE_CHECKING:
    from heroku_support.settings import Record
    from heroku_support.settings.typed import CacheSettings, Verify

REDIS = "django.core.cache.backends.redis.RedisCache"
EXTRA = "django-heroku-support[redis]"
LOCAL = "django.core.cache.backends.locmem.LocMemCache"


def caches(
    record: Record, *, key_prefix: str, verify: Verify
) -> dict[str, CacheSettings]:
    """
    Return ``CACHES`` with the alias ``default``.
    """
    if variable := variable_name(record):
        entry = _key_value_store(record, variable, verify)
        why = tls_in_words(str(entry["LOCATION"])) if entry else ""
    elif variable := addons.first(record.dyno.vars, addons.MEMCACHED_SERVERS):
        from heroku_support.settings import memcached  # here: few have one

        entry = memcached.cache(record, variable)
        why = "no TLS: memcached's protocol has none" if entry else ""
    else:
        entry, variable = {}, "default"
        why = "no store is attached: each process has a cache of its own"
    entry = entry or {"BACKEND": LOCAL}
    if key_prefix:
        entry["KEY_PREFIX"] = key_prefix
    found: dict[str, CacheSettings] = {"default": entry}
    return record.decide("CACHES", found, source=variable, why=why)


def _key_value_store(record: Record, variable: str, verify: Verify) -> CacheSettings:
    url = key_value_url(record, verify)
    if not (url and record.has_library(variable, "redis", EXTRA)):
        return {}
    # Django's own backend even where django-redis is installed: that one keeps its options
    # elsewhere. It does not try again, so that these are the seconds that a page waits.
    timeouts = {"socket_connect_timeout": TIMEOUT, "socket_timeout": TIMEOUT}
    return {"BACKEND": REDIS, "LOCATION": url, "OPTIONS": timeouts}
