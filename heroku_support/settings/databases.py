"""
``DATABASES`` from ``DATABASE_URL``.
"""

from __future__ import annotations

from heroku_support import variables
from heroku_support.settings import database_url
from heroku_support.settings.database_url import DatabaseSettings
from heroku_support.settings.postgres_tls import TLSPolicy
from heroku_support.settings.record import Record

VARIABLE = "DATABASE_URL"
# Named by no URL: with it Django starts, and whatever needs a database says so.
DUMMY = "django.db.backends.dummy"
DEFAULT_PHASES = frozenset({"local", "ci", "build"})

CONN_MAX_AGE = 600  # seconds; python-getting-started's figure


def databases(
    record: Record, *, default: str | None, conn_max_age: int | None
) -> dict[str, DatabaseSettings]:
    """
    Return ``DATABASES`` with the alias ``default``.
    """
    url = variables.text(record.dyno.vars, VARIABLE)
    if url:
        entry = _from_url(record, VARIABLE, url, conn_max_age)
        why = _why(record, entry)
        return _decide(record, entry, source=VARIABLE, why=why)
    if default and record.dyno.phase in DEFAULT_PHASES:
        entry = _from_url(record, "databases(default=…)", default, conn_max_age)
        return _decide(record, entry, source="argument", why=f"no {VARIABLE}")
    if record.dyno.phase in ("run", "dyno"):
        line = "heroku addons:create heroku-postgresql:essential-0"
        record.problem(VARIABLE, "is missing.", line)
    why = f"no {VARIABLE}: nothing may use a database in the phase {record.dyno.phase}"
    return _decide(record, {"ENGINE": DUMMY}, source="default", why=why)


def _from_url(
    record: Record, variable: str, url: str, conn_max_age: int | None
) -> DatabaseSettings:
    def read() -> DatabaseSettings:
        policy = TLSPolicy(must=record.dyno.is_heroku)
        fix = record.assignment(variable, database_url.EXAMPLE)
        return database_url.parse(
            variable, url, fix=fix, conn_max_age=conn_max_age, policy=policy
        )

    placeholder: DatabaseSettings = {"ENGINE": DUMMY}
    return record.attempt(read, placeholder)


def _why(record: Record, entry: DatabaseSettings) -> str:
    options = entry.get("OPTIONS", {})
    if "sslmode" in options:
        return f"TLS: sslmode={options['sslmode']}"
    return "no TLS added: the host is local or private" if entry.get("HOST") else ""


def _decide(
    record: Record, entry: DatabaseSettings, *, source: str, why: str
) -> dict[str, DatabaseSettings]:
    return record.decide("DATABASES", {"default": entry}, source=source, why=why)
