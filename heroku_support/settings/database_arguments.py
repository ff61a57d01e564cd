"""
What ``databases()`` was asked for: a value that makes no sense is a problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from heroku_support.settings.postgres_tls import LEVELS

if TYPE_CHECKING:
    from heroku_support.settings import Record
    from heroku_support.settings.typed import ConnMaxAge, DatabaseArguments


def examined(record: Record, arguments: DatabaseArguments) -> DatabaseArguments:
    """
    Return the arguments; the default stands in for one that is wrong.
    """
    return {
        **arguments,
        "conn_max_age": _age(record, arguments["conn_max_age"]),
        "pool": _pool(record, arguments["pool"]),
        "ssl": _level(record, arguments["ssl"]),
        "engine": _engine(record, arguments["engine"]),
    }


def _age(record: Record, age: Any) -> ConnMaxAge:
    if age is None or age == "default" or isinstance(age, int):
        return cast("ConnMaxAge", age)
    reason = "is neither a whole number of seconds nor None."
    fix = "heroku.databases(conn_max_age=600)"
    if isinstance(age, str) and age.strip().isdecimal():
        reason = "is a text: seconds are a number."
        fix = f"heroku.databases(conn_max_age={age.strip()})"
    record.problem("databases(conn_max_age=…)", reason, fix)
    return "default"


def _pool(record: Record, pool: Any) -> bool | dict[str, Any] | None:
    if pool is None or isinstance(pool, (bool, dict)):
        return pool
    reason = "is neither true nor options of psycopg's pool by name."
    fix = 'heroku.databases(pool={"min_size": 1, "max_size": 4})'
    record.problem("databases(pool=…)", reason, fix)
    return None


def _level(record: Record, level: str) -> str:
    if level in LEVELS:
        return level
    reason = f"is none of: {', '.join(LEVELS)}."
    record.problem("databases(ssl=…)", reason, 'heroku.databases(ssl="require")')
    return "require"


def _engine(record: Record, engine: str | None) -> str | None:
    if engine is None or "." in engine:
        return engine
    reason = "is no backend: it must be the path of one, not a scheme."
    fix = 'heroku.databases(engine="django.contrib.gis.db.backends.postgis")'
    record.problem("databases(engine=…)", reason, fix)
    return None
