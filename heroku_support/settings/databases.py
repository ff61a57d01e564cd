"""
``DATABASES`` from the config vars of the databases that are attached to the app.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heroku_support import addons, variables
from heroku_support.addons import DATABASE, DATABASE_CONNECTION_POOL, DIRECT
from heroku_support.dyno import is_asgi_server
from heroku_support.settings import Record, database_url, find_library
from heroku_support.settings.database_url import POSTGRES, target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from heroku_support.service_url import ServiceURL
    from heroku_support.settings.typed import (
        ConnMaxAge,
        DatabaseArguments,
        DatabaseSettings,
    )

# Named by no URL: with it Django starts, and whatever needs a database says so.
DUMMY = "django.db.backends.dummy"
DEFAULT_PHASES = frozenset({"local", "ci", "build"})

EXAMPLE = "'postgres://USER:PASSWORD@HOST:5432/NAME'"
EXTRA = "django-heroku-support[postgres]"
POOL_LIBRARIES = "asks for psycopg's pool, which needs psycopg 3 and psycopg_pool."

# The buildpack's PgBouncer: it replaces the variable and keeps no copy of the database's own
# URL (heroku/heroku-buildpack-pgbouncer, bin/gen-pgbouncer-conf.sh).
ON_DYNO_PGBOUNCER = (("127.0.0.1", 6000), ("localhost", 6000))

# Followers cannot be written to, and a test database needs to be made once only.
MIRROR = {"MIRROR": "default"}


class Attached:
    """
    A database that a config var names; without a URL where that is malformed.
    """

    def __init__(
        self, alias: str, variable: str, fix: str, url: ServiceURL | None
    ) -> None:
        self.alias = alias
        self.variable = variable
        self.fix = fix
        self.url = url
        self.pooled = False
        # Other variables that name the same database.
        self.also: list[str] = []


def databases(
    record: Record,
    *,
    default: str | None,
    conn_max_age: ConnMaxAge,
    followers: bool,
    pool: bool | dict[str, Any] | None,
    ssl: str,
    engine: str | None,
) -> dict[str, DatabaseSettings]:
    """
    Return ``DATABASES``.
    """
    dyno = record.dyno
    arguments: DatabaseArguments = {
        "conn_max_age": conn_max_age,
        "pool": pool,
        "ssl": ssl,
        "engine": engine,
        "under_asgi": conn_max_age == "default" and is_asgi_server(dyno),
    }
    if (conn_max_age, pool, ssl, engine) != ("default", None, "require", None):
        from heroku_support.settings.database_arguments import examined  # few give any

        arguments = examined(record, arguments)
    # The URL is no local variable here, nor anywhere else that an error may pass through:
    # reports of errors show those.
    if variables.text(dyno.vars, DATABASE):
        return _from_variables(record, arguments, followers=followers)
    if default and dyno.phase in DEFAULT_PHASES:
        return _from_default(record, arguments, default)
    if dyno.phase in ("run", "dyno"):
        line = "heroku addons:create heroku-postgresql:essential-0"
        record.problem(DATABASE, "is missing.", line)
    why = f"no {DATABASE}: nothing may use a database in the phase {dyno.phase}"
    found: dict[str, DatabaseSettings] = {"default": {"ENGINE": DUMMY}}
    return record.decide("DATABASES", found, source="default", why=why)


def _from_default(
    record: Record, arguments: DatabaseArguments, default: Any
) -> dict[str, DatabaseSettings]:
    fix = 'heroku.databases(default="sqlite:///db.sqlite3")'
    # A path has been given for its URL before.
    url = default if isinstance(default, str) else ""
    given = _read(record, "default", "databases(default=…)", fix, lambda: url)
    _mark_pooled([given])
    found = {"default": _entry(record, given, arguments)}
    why = f"no {DATABASE}"
    return record.decide("DATABASES", found, source="argument", why=why)


def _from_variables(
    record: Record, arguments: DatabaseArguments, *, followers: bool
) -> dict[str, DatabaseSettings]:
    attached = list(_attached(record, followers=followers))
    _mark_pooled(attached)
    attached = _distinct(record, attached)
    found = {each.alias: _entry(record, each, arguments) for each in attached}
    reasons = [_why(each, found[each.alias], arguments) for each in attached]
    if len(attached) > 1:
        named = zip(attached, reasons, strict=True)
        reasons = [f"{each.alias}: {why}" for each, why in named if why]
    source = ", ".join(each.variable for each in attached)
    return record.decide("DATABASES", found, source=source, why="; ".join(reasons))


def _attached(record: Record, *, followers: bool) -> Iterator[Attached]:
    names = {"default": DATABASE}
    # A pooler without a database behind it serves nobody; Heroku's JVM buildpack needs both
    # variables as well (heroku/buildpacks-jvm, jvm_env_vars_for_env).
    if variables.text(record.dyno.vars, DATABASE_CONNECTION_POOL):
        names = {"default": DATABASE_CONNECTION_POOL, DIRECT: DATABASE}
    pairs = [*names.items()]
    if followers:
        pairs += [(addons.colour(name), name) for name in sorted(record.dyno.vars)]
    for alias, variable in pairs:
        if alias and variables.text(record.dyno.vars, variable):
            yield _read_variable(record, alias, variable)


def _read_variable(record: Record, alias: str, variable: str) -> Attached:
    def read() -> str:
        return variables.text(record.dyno.vars, variable)

    fix = record.assignment(variable, EXAMPLE)
    return _read(record, alias, variable, fix, read)


def _read(
    record: Record, alias: str, variable: str, fix: str, read: Callable[[], str]
) -> Attached:
    url = record.attempt_url(variable, fix, lambda: database_url.read(read()))
    return Attached(alias, variable, fix, url)


def _mark_pooled(attached: Sequence[Attached]) -> None:
    """
    Find those that PgBouncer answers for.

    Heroku's pooler has the address of its database and the next port: 5433 beside 5432
    (heroku/heroku-buildpack-pgbouncer, bin/use-pgbouncer). Attached without ``--as``, it is a
    colour like any other.
    """
    targets = {target(each.url) for each in attached if each.url}
    for each in attached:
        if each.url and each.url.scheme in POSTGRES:
            host, port, name, user = target(each.url)
            each.pooled = (
                each.variable.endswith(addons.POOL_SUFFIX)
                or (host, port - 1, name, user) in targets
                or (host, port) in ON_DYNO_PGBOUNCER
            )


def _distinct(record: Record, attached: Sequence[Attached]) -> list[Attached]:
    """
    Return each database once, by the first of its names.
    """
    found: dict[str, Attached] = {}
    by_target: dict[tuple[str, int, str, str], Attached] = {}
    for each in attached:
        if each.variable == DATABASE and each.alias == DIRECT and each.pooled:
            continue  # The buildpack's pooler stands before that as well.
        is_own = each.variable in (DATABASE, DATABASE_CONNECTION_POOL)
        same = by_target.setdefault(target(each.url), each) if each.url else each
        if same is not each and not is_own:
            same.also.append(each.variable)
        elif each.alias in found:
            _report_taken(record, each)
        else:
            found[each.alias] = each
    return [*found.values()]


def _report_taken(record: Record, each: Attached) -> None:
    reason = f"is for the alias {each.alias!r}, which is that of another database."
    other = f"{addons.POSTGRES_PREFIX}OTHER"
    record.problem(each.variable, reason, f"heroku addons:attach ADD-ON --as {other}")


def _entry(
    record: Record, each: Attached, arguments: DatabaseArguments
) -> DatabaseSettings:
    # For locks and migrations, and what else needs a session of its own.
    if each.variable == DATABASE and each.alias == DIRECT:
        arguments = {**arguments, "pool": False}

    # No partial: its repr would show the URL.
    def read() -> DatabaseSettings | None:
        if each.url is None:
            return None
        must, pooled = record.dyno.is_heroku, each.pooled
        found = database_url.entry(
            record, each.url, arguments, must=must, pooled=pooled
        )
        if each.url.scheme in POSTGRES:
            _look_for_driver(record, each.variable, found, arguments)
        return found

    entry = record.attempt_url(each.variable, each.fix, read)
    if entry is None:
        return {"ENGINE": DUMMY}
    if each.alias != "default":
        entry["TEST"] = {**MIRROR}
    return entry


def _look_for_driver(
    record: Record, variable: str, entry: DatabaseSettings, arguments: DatabaseArguments
) -> None:
    if not (find_library("psycopg") or find_library("psycopg2")):
        record.has_library(variable, "psycopg", EXTRA)
    elif entry.get("OPTIONS", {}).get("pool") and not (
        find_library("psycopg") and find_library("psycopg_pool")
    ):
        name = "databases(pool=…)" if arguments["pool"] else variable
        record.problem(name, POOL_LIBRARIES, record.installation(EXTRA))


def _why(each: Attached, entry: DatabaseSettings, arguments: DatabaseArguments) -> str:
    reasons = []
    if each.url and each.url.scheme in POSTGRES and entry["ENGINE"] != DUMMY:
        reasons.append(_tls(entry, arguments))
    if each.pooled:
        reasons.append("PgBouncer: no server-side cursors")
    if entry.get("OPTIONS", {}).get("pool"):
        reasons.append("psycopg's pool: CONN_MAX_AGE 0")
    elif arguments["under_asgi"] and entry.get("CONN_MAX_AGE") == 0:
        reasons.append("ASGI server: CONN_MAX_AGE 0")
    if "TEST" in entry:
        reasons.append("TEST mirrors default")
    return ", ".join([*reasons, *(f"also {variable}" for variable in each.also)])


def _tls(entry: DatabaseSettings, arguments: DatabaseArguments) -> str:
    if sslmode := entry.get("OPTIONS", {}).get("sslmode"):
        return f"TLS: sslmode={sslmode}"
    if arguments["ssl"] != "require":
        return f"ssl={arguments['ssl']} adds nothing: the host is local or private"
    return "no TLS added: the host is local or private"
