"""
``DATABASES`` from ``DATABASE_URL``: dj-database-url behind our own guard.

dj-database-url accepts much that only fails later, and its errors can carry a piece of
the password; it gets to see only what ``service_url`` has taken apart and put together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from heroku_support import service_url, variables
from heroku_support.errors import ServiceURLError
from heroku_support.service_url import ServiceURL
from heroku_support.settings import Record
from heroku_support.settings.postgres_tls import tls_options

if TYPE_CHECKING:
    from heroku_support.settings.typed import ConnMaxAge, DatabaseSettings

VARIABLE = "DATABASE_URL"
# Named by no URL: with it Django starts, and whatever needs a database says so.
DUMMY = "django.db.backends.dummy"
DEFAULT_PHASES = frozenset({"local", "ci", "build"})

CONN_MAX_AGE = 600  # seconds; python-getting-started's figure

EXAMPLE = "'postgres://USER:PASSWORD@HOST:5432/NAME'"

SQLITE = ("sqlite:", "spatialite:")
# Whatever is reached through libpq.
POSTGRES = frozenset(
    """
    cockroach pgsql postgis postgres postgresql redshift timescale timescalegis
    """.split()
)

# Django's own keys of an entry, in a URL's query.
ENTRY_KEYS = ("conn_max_age", "conn_health_checks", "disable_server_side_cursors")
# libpq's parameters (PostgreSQL 18 docs, 34.1.2) and Django's options for Postgres.
POSTGRES_INTEGERS = frozenset(
    """
    connect_timeout keepalives keepalives_count keepalives_idle keepalives_interval
    tcp_user_timeout
    """.split()
)
POSTGRES_BOOLEANS = frozenset({"pool", "server_side_binding"})
POSTGRES_TEXTS = frozenset(
    """
    application_name assume_role channel_binding client_encoding currentSchema
    fallback_application_name gssencmode gsslib hostaddr krbsrvname load_balance_hosts
    max_protocol_version min_protocol_version options passfile require_auth
    requirepeer service ssl_max_protocol_version ssl_min_protocol_version sslcert
    sslcertmode sslcompression sslcrl sslcrldir sslkey sslmode sslnegotiation
    sslpassword sslrootcert sslsni target_session_attrs
    """.split()
)
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


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
        fix = record.assignment(VARIABLE, EXAMPLE)
        read = partial(_read, record, VARIABLE, conn_max_age)
        entry = _attempt(record, VARIABLE, fix, read)
        return _decide(record, entry, source=VARIABLE, why=_why(entry))
    if default and dyno.phase in DEFAULT_PHASES:
        fix = 'heroku.databases(default="sqlite:///db.sqlite3")'
        read = partial(parse, default, conn_max_age=conn_max_age, must=False)
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
    return parse(url, conn_max_age=conn_max_age, must=must)


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


def parse(url: str, *, conn_max_age: ConnMaxAge, must: bool) -> DatabaseSettings:
    """
    Return the entry.

    :param conn_max_age: seconds, None for ever, or "default": then the URL may say.
    :param must: TLS is not to be weakened by the URL.
    :raises ServiceURLError: that names the rule, never a part of the URL.
    """
    if url.lower().startswith(SQLITE):
        return _sqlite(url)
    parts = service_url.split(url)
    if not parts.path:
        raise ServiceURLError("names no database: it must end in /NAME.")
    if must and not (parts.host and parts.user):
        raise ServiceURLError("names no host or no user.")
    entry: dict[str, Any] = {"CONN_MAX_AGE": CONN_MAX_AGE, "CONN_HEALTH_CHECKS": True}
    entry.update(_server(parts, must))
    if conn_max_age != "default":
        entry["CONN_MAX_AGE"] = conn_max_age
    if entry.get("OPTIONS", {}).get("pool"):
        # Django refuses connections that are kept beside a pool of them.
        entry["CONN_MAX_AGE"] = 0
    return cast("DatabaseSettings", entry)


def _sqlite(url: str) -> DatabaseSettings:
    scheme, _, rest = url.partition(":")
    if rest not in ("//", "//:memory:") and not rest.startswith("///"):
        raise ServiceURLError(
            "has too few slashes: sqlite:///PATH, and sqlite:////PATH from the root."
        )
    # Users paste paths as they are, and a "#" in one would end the URL.
    escaped = rest.replace("#", "%23")
    entry = _with_library(f"{scheme.lower()}:{escaped}")
    kept: dict[str, Any] = {
        key: entry[key] for key in ("ENGINE", "NAME") if key in entry
    }
    options = entry.get("OPTIONS", {})
    if own := {key: value for key, value in options.items() if key not in ENTRY_KEYS}:
        kept["OPTIONS"] = own
    return cast("DatabaseSettings", kept)


def _server(parts: ServiceURL, must: bool) -> dict[str, Any]:
    own = {key: value for key, value in parts.query.items() if key in ENTRY_KEYS}
    asked = {key: value for key, value in parts.query.items() if key not in ENTRY_KEYS}
    if parts.scheme in POSTGRES:
        entry = _with_library(parts.build(query={}))
        if options := _postgres_options(asked) | tls_options(
            parts.host, asked, must=must
        ):
            entry["OPTIONS"] = options
    else:
        entry = _with_library(parts.build(query=asked))
    # The library writes hosts in lower case, which breaks the path of a socket.
    return {**entry, "HOST": parts.host, **_entry_options(own)}


def _postgres_options(asked: Mapping[str, str]) -> dict[str, Any]:
    # Not by the library, which guesses types: application_name=123 would become a number.
    options = {key: _postgres_option(key, value) for key, value in asked.items()}
    if schema := options.pop("currentSchema", None):
        options["options"] = (
            f"{options.get('options', '')} -c search_path={schema}".strip()
        )
    return options


def _postgres_option(key: str, value: str) -> str | int | bool:
    if key in POSTGRES_INTEGERS:
        return _integer(key, value)
    if key in POSTGRES_BOOLEANS:
        return _boolean(key, value)
    if key in POSTGRES_TEXTS:
        return value
    name = key[:40] if key.isascii() and key.isidentifier() else "(not a word)"
    raise ServiceURLError(f"has an option {name} that Postgres does not know.")


def _with_library(url: str) -> dict[str, Any]:
    import dj_database_url  # here: settings without a database URL do not pay for it

    try:
        entry: dict[str, Any] = {**dj_database_url.parse(url)}
    except ValueError:
        raise ServiceURLError("has a scheme that is none of a database.") from None
    for key in ENTRY_KEYS:
        entry.pop(key.upper(), None)
    return entry


def _entry_options(own: Mapping[str, str]) -> dict[str, Any]:
    return {
        key.upper(): _integer(key, value)
        if key == "conn_max_age"
        else _boolean(key, value)
        for key, value in own.items()
    }


def _integer(key: str, value: str) -> int:
    if value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    raise ServiceURLError(f"has an option {key} that is not a whole number.")


def _boolean(key: str, value: str) -> bool:
    if value.lower() in BOOLEANS:
        return BOOLEANS[value.lower()]
    raise ServiceURLError(f"has an option {key} that is neither true nor false.")
