"""
A second database in this process, which the tests' own settings do not have.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from heroku_support import own_connection


@contextmanager
def second_database(alias: str, entry: dict[str, Any]) -> Iterator[None]:
    """
    Add an alias to ``DATABASES`` for as long as tests with ``databases=`` run.
    """
    configured = connections.configure_settings({"default": {}, alias: entry})
    connections.settings[alias] = configured[alias]
    try:
        yield
    finally:
        own_connection.close(connections[alias])
        del connections[alias], connections.settings[alias]
