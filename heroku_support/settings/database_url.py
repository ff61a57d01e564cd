"""
One URL of a database into one entry of ``DATABASES``: dj-database-url behind our own guard.

dj-database-url accepts much that only fails later, and its errors can carry a piece of
the password; it gets to see only what ``service_url`` has taken apart and put together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from heroku_support import service_url
from heroku_support.errors import ServiceURLError
from heroku_support.service_url import ServiceURL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heroku_support.settings import Record
    from heroku_support.settings.typed import DatabaseArguments, DatabaseSettings

CONN_MAX_AGE = 600  # seconds; python-getting-started's figure
# Seconds. A lost packet is sent again after 1 and 3, so two of them may be lost; and several
# attempts end before the router gives up on the request after 30.
CONNECT_TIMEOUT = 5

POSTGRES_PORT = 5432

SQLITE = ("sqlite", "spatialite")
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
    connect_timeout isolation_level keepalives keepalives_count keepalives_idle
    keepalives_interval tcp_user_timeout
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
# Of libpq, but the URL's own parts; of dj-database-url; of Rails; and of Prisma. Only these
# may be named in a message: a slip of the mouse makes an option of a piece of the password.
KNOWN_ELSEWHERE = frozenset(
    """
    dbname host password port user
    ssl ssl_require
    prepared_statements pool_size
    connection_limit pgbouncer pool_timeout schema sslaccept
    """.split()
)

# Both are sent as the startup parameter "options", which PgBouncer refuses.
STARTUP_OPTIONS = ("currentSchema", "options")


def read(text: str) -> ServiceURL:
    """
    Take a URL apart. What follows the scheme of SQLite is its path, as it is.

    :raises ServiceURLError: that names the rule, never a part of the URL.
    """
    scheme, _, rest = text.strip().partition(":")
    if scheme.lower() not in SQLITE:
        return service_url.parse(text)
    if rest not in ("//", "//:memory:") and not rest.startswith("///"):
        raise ServiceURLError(
            "has too few slashes: sqlite:///PATH, and sqlite:////PATH from the root."
        )
    return ServiceURL(scheme.lower(), path=rest)


def target(url: ServiceURL) -> tuple[str, int, str, str]:
    """
    Return what tells databases apart: host, port, name and user.
    """
    return (url.host.lower(), url.port or POSTGRES_PORT, url.path, url.user)


def entry(
    record: Record,
    url: ServiceURL,
    arguments: DatabaseArguments,
    *,
    must: bool,
    pooled: bool = False,
) -> DatabaseSettings:
    """
    Return the entry.

    :param must: TLS is not to be weakened by the URL.
    :param pooled: PgBouncer answers there, and gives each transaction another connection.
    :raises ServiceURLError: that names the rule, never a part of the URL.
    """
    if url.scheme in SQLITE:
        return _sqlite(url)
    if not url.path:
        raise ServiceURLError("names no database: it must end in /NAME.")
    if must and not (url.host and url.user):
        raise ServiceURLError("names no host or no user.")
    found: dict[str, Any] = {
        "CONN_MAX_AGE": 0 if arguments["under_asgi"] else CONN_MAX_AGE,
        "CONN_HEALTH_CHECKS": True,
    }
    if url.scheme in POSTGRES:
        if pooled:
            found["DISABLE_SERVER_SIDE_CURSORS"] = True
        found |= _postgres(record, url, arguments, must=must, pooled=pooled)
    else:
        found |= _with_library(url, _of_mysql(_options(url)))
    # The library writes hosts in lower case, which breaks the path of a socket.
    found |= {"HOST": url.host, **_entry_options(url)}
    if arguments["conn_max_age"] != "default":
        found["CONN_MAX_AGE"] = arguments["conn_max_age"]
    if found.get("OPTIONS", {}).get("pool"):
        # Django refuses connections that are kept beside a pool of them.
        found["CONN_MAX_AGE"] = 0
    return cast("DatabaseSettings", found)


def _sqlite(url: ServiceURL) -> DatabaseSettings:
    # Users paste paths as they are, and a "#" in one would end the URL.
    escaped = url.path.replace("#", "%23")
    found = _parsed(f"{url.scheme}:{escaped}")
    kept: dict[str, Any] = {
        key: found[key] for key in ("ENGINE", "NAME") if key in found
    }
    options = found.get("OPTIONS", {})
    if own := {key: value for key, value in options.items() if key not in ENTRY_KEYS}:
        kept["OPTIONS"] = own
    return cast("DatabaseSettings", kept)


def _of_mysql(options: Mapping[str, str]) -> dict[str, str]:
    # ClearDB says "?reconnect=true", for Ruby's driver; Python's refuse it (Dev Center,
    # "ClearDB MySQL").
    return {key: options[key] for key in options if key != "reconnect"}


def _options(url: ServiceURL) -> dict[str, str]:
    return {key: value for key, value in url.query.items() if key not in ENTRY_KEYS}


def _postgres(
    record: Record,
    url: ServiceURL,
    arguments: DatabaseArguments,
    *,
    must: bool,
    pooled: bool,
) -> dict[str, Any]:
    from heroku_support.settings import postgres_tls  # here: for Postgres only

    asked = _options(url)
    if pooled:
        asked = _without_startup_options(asked)
    options: dict[str, Any] = {
        "connect_timeout": CONNECT_TIMEOUT,
        **_postgres_options(asked),
        **postgres_tls.tls_options(
            record, url.host, asked, level=arguments["ssl"], must=must
        ),
    }
    if arguments["pool"] is not None:
        options["pool"] = arguments["pool"]
    if not options.get("pool"):
        options.pop("pool", None)
    engine = {"ENGINE": arguments["engine"]} if arguments["engine"] else {}
    return {**_with_library(url, {}), **engine, "OPTIONS": options}


def _without_startup_options(asked: Mapping[str, str]) -> dict[str, str]:
    for key in STARTUP_OPTIONS:
        if key in asked:
            raise ServiceURLError(
                f"has an option {key}, which PgBouncer refuses. Let the role have it:"
                " ALTER ROLE CURRENT_USER SET search_path TO NAME, and leave it out."
            )
    # For Rails, by the buildpack with PGBOUNCER_PREPARED_STATEMENTS=false; Django prepares
    # none (heroku/heroku-buildpack-pgbouncer, bin/gen-pgbouncer-conf.sh).
    return {key: asked[key] for key in asked if key != "prepared_statements"}


def _postgres_options(asked: Mapping[str, str]) -> dict[str, Any]:
    # Not by the library, which guesses types: application_name=123 would become a number.
    options: dict[str, Any] = {}
    for number, (key, value) in enumerate(asked.items(), start=1):
        options[key] = _postgres_option(key, value, number)
    if schema := options.pop("currentSchema", None):
        options["options"] = (
            f"{options.get('options', '')} -c search_path={schema}".strip()
        )
    return options


def _postgres_option(key: str, value: str, number: int) -> str | int | bool:
    if key in POSTGRES_INTEGERS:
        return _integer(key, value)
    if key in POSTGRES_BOOLEANS:
        return service_url.boolean(key, value)
    if key in POSTGRES_TEXTS:
        return value
    which = key if key in KNOWN_ELSEWHERE else f"(number {number})"
    raise ServiceURLError(
        f"has an option {which} that Postgres does not know: leave it out."
    )


def _with_library(url: ServiceURL, options: Mapping[str, str]) -> dict[str, Any]:
    return _parsed(service_url.build(url, options))


def _parsed(url: str) -> dict[str, Any]:
    import dj_database_url  # here: settings without a database URL do not pay for it

    try:
        found: dict[str, Any] = {**dj_database_url.parse(url)}
    except ValueError:
        raise ServiceURLError("has a scheme that is none of a database.") from None
    for key in ENTRY_KEYS:
        found.pop(key.upper(), None)
    return found


def _entry_options(url: ServiceURL) -> dict[str, Any]:
    return {
        key.upper(): _integer(key, value)
        if key == "conn_max_age"
        else service_url.boolean(key, value)
        for key, value in url.query.items()
        if key in ENTRY_KEYS
    }


def _integer(key: str, value: str) -> int:
    if value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    raise ServiceURLError(f"has an option {key} that is not a whole number.")
