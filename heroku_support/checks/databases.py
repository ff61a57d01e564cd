"""
Checks of ``DATABASES``.
"""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.db import connections

from heroku_support.dyno import Dyno

E001 = checks.Error(
    "A database is SQLite on a dyno; its data will be lost at the next restart.",
    hint="heroku addons:create heroku-postgresql:essential-0, and build DATABASES with"
    " heroku.databases().",
    id="heroku_support.E001",
)


def check_sqlite(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    A dyno's disk is thrown away at least once a day (Dev Center, "Dynos": cycling).
    """
    if not Dyno.from_environ().is_heroku:
        return []
    engines = [entry["ENGINE"] for entry in connections.settings.values()]
    return (
        [E001]
        if any(engine.endswith((".sqlite3", ".spatialite")) for engine in engines)
        else []
    )
