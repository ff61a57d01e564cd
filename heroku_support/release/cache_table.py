"""
The tables of Django's database cache.
"""

from __future__ import annotations

from io import StringIO

from django.conf import settings
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.management import call_command
from django.db import connections
from django.utils.module_loading import import_string

from heroku_support.release.context import Release


def ensure_cache_tables(release: Release) -> str:
    """
    Make the missing tables, as Django's ``createcachetable`` does, and say how many.

    A database router decides which database gets them.
    """
    if not any(_is_in_database(cache["BACKEND"]) for cache in settings.CACHES.values()):
        return "skipped: no database cache"
    made = sum(_make(alias) for alias in release.databases)
    return f"{made} made" if made else "exists"


def _is_in_database(backend: str) -> bool:
    try:
        return issubclass(import_string(backend), BaseDatabaseCache)
    except ImportError:  # of a library: whoever uses that cache will hear of it
        return False


def _make(alias: str) -> int:
    before = _tables(alias)
    call_command("createcachetable", database=alias, stdout=StringIO())
    return len(_tables(alias) - before)


def _tables(alias: str) -> set[str]:
    return set(connections[alias].introspection.table_names())
