"""
Does a cache keep what it is given?
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.cache import caches

from heroku_support.errors import CheckError
from heroku_support.health.checks.aliases import chosen
from heroku_support.health.checks.call import Call

# Nobody has to be asked for these, and nothing can be learnt.
HERE = (
    "django.core.cache.backends.dummy.DummyCache",
    "django.core.cache.backends.locmem.LocMemCache",
)
KEY, SECONDS = "heroku_support.health", 30


def find(
    name: str, *, decides: bool = False, aliases: str | Sequence[str] | None = None
) -> list[Call]:
    """
    Return a check for each alias of ``CACHES`` that is not this process's own memory.

    :param aliases: these alone.
    """
    asked = list(caches) if aliases is None else chosen(aliases, caches)
    return [
        Call(f"{name}:{alias}", partial(look, alias), decides=decides)
        for alias in asked
        if caches.settings[alias].get("BACKEND") not in HERE
    ]


def look(alias: str) -> None:
    """
    Store a value and read it, through a client of this call's own.

    :raises CheckError: if it is not there.
    """
    cache = caches.create_connection(alias)
    try:
        cache.set(KEY, alias, SECONDS)
        if cache.get(KEY) != alias:
            raise CheckError("what was stored is not there")
    finally:
        cache.close()
        _disconnect(cache)


def _disconnect(cache: Any) -> None:
    # Django's Redis backend keeps its connections when it is closed (6.1, as in 5.2).
    pools = getattr(getattr(cache, "_cache", None), "_pools", {})
    for pool in pools.values():
        pool.disconnect()
