"""
A connection beside the project's: the project's may be stale, busy, pooled, or in a
transaction.
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from heroku_support.addons import DIRECT


def is_direct(alias: str) -> bool:
    """
    Whether an alias is ``direct``: the database of ``default``, which goes through a pooler.
    """
    default, own = connections.settings["default"], connections.settings[alias]
    # A colour may be called so as well, beside a default that is not pooled.
    is_pooled = default.get("DISABLE_SERVER_SIDE_CURSORS", False)
    return alias == DIRECT and is_pooled and own["TEST"]["MIRROR"] == "default"


def open_own(alias: str, **options: Any) -> BaseDatabaseWrapper:
    """
    Return a connection with the alias's settings, not connected yet.

    :param options: for the driver, where the alias is Postgres.
    """
    connection: BaseDatabaseWrapper = connections[alias].copy()
    connection.settings_dict["OPTIONS"].pop("pool", None)
    if connection.vendor == "postgresql":
        connection.settings_dict["OPTIONS"].update(options)
    return connection


def close(connection: BaseDatabaseWrapper) -> None:
    """
    Close it, also where Django would not: a SQLite database in memory stays open for tests.
    """
    BaseDatabaseWrapper.close(connection)
