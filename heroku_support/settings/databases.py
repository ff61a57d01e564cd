"""
``DATABASES`` from ``DATABASE_URL``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from heroku_support import variables
from heroku_support.errors import ServiceURLError
from heroku_support.settings import database_url
from heroku_support.settings.record import Record

if TYPE_CHECKING:
    from heroku_support.settings.typed import ConnMaxAge, DatabaseSettings

VARIABLE = "DATABASE_URL"
# Named by no URL: with it Django starts, and whatever needs a database says so.
DUMMY = "django.db.backends.dummy"
DEFAULT_PHASES = frozenset({"local", "ci", "build"})


def databases(
    record: Record, *, default: str | None, conn_max_age: ConnMaxAge
) -> dict[str, DatabaseSettings]:
    """
    Return ``DATABASES`` with the alias ``default``.
    """
    dyno = record.dyno
    # The URL is no local variable here, nor anywhere else that an error may pass through:
    # reports of errors show those.
    if variables.text(dyno.vars, VARIABLE):
        fix = record.assignment(VARIABLE, database_url.EXAMPLE)
        read = partial(_read, record, VARIABLE, conn_max_age)
        entry = _attempt(record, VARIABLE, fix, read)
        return _decide(record, entry, source=VARIABLE, why=_why(entry))
    if default and dyno.phase in DEFAULT_PHASES:
        fix = 'heroku.databases(default="sqlite:///db.sqlite3")'
        read = partial(
            database_url.parse, default, conn_max_age=conn_max_age, must=False
        )
        entry = _attempt(record, "databases(default=…)", fix, read)
        return _decide(record, entry, source="argument", why=f"no {VARIABLE}")
    if dyno.phase in ("run", "dyno"):
        line = "heroku addons:create heroku-postgresql:essential-0"
        record.problem(VARIABLE, "is missing.", line)
    why = f"no {VARIABLE}: nothing may use a database in the phase {dyno.phase}"
    return _decide(record, {"ENGINE": DUMMY}, source="default", why=why)


def _read(record: Record, variable: str, conn_max_age: ConnMaxAge) -> DatabaseSettings:
    url = variables.text(record.dyno.vars, variable)
    must = record.dyno.is_heroku
    return database_url.parse(url, conn_max_age=conn_max_age, must=must)


def _attempt(
    record: Record, variable: str, fix: str, read: Callable[[], DatabaseSettings]
) -> DatabaseSettings:
    try:
        return read()
    except ServiceURLError as error:
        reason = str(error)
    # Outside of the handler, so that nothing which held the URL is chained to it.
    record.problem(variable, reason, fix)
    return {"ENGINE": DUMMY}


def _why(entry: DatabaseSettings) -> str:
    if "postgres" not in entry["ENGINE"] and "postgis" not in entry["ENGINE"]:
        return ""
    sslmode = entry.get("OPTIONS", {}).get("sslmode")
    return (
        f"TLS: sslmode={sslmode}"
        if sslmode
        else "no TLS added: the host is local or private"
    )


def _decide(
    record: Record, entry: DatabaseSettings, *, source: str, why: str
) -> dict[str, DatabaseSettings]:
    return record.decide("DATABASES", {"default": entry}, source=source, why=why)
