"""
Checks of ``DATABASES``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core import checks

from heroku_support import addons, explain
from heroku_support.checks.reading import (
    databases,
    is_installed,
    mapping,
    on_dyno,
    parsed,
    setting,
    text,
    variables,
)
from heroku_support.service_url import is_local
from heroku_support.settings import find_library
from heroku_support.settings.postgres_tls import REQUIRE, SSLMODES, SYSTEM

E001 = checks.Error(
    "A database is SQLite on a dyno; its data will be lost at the next restart.",
    hint="heroku addons:create heroku-postgresql:essential-0, and build DATABASES with"
    " heroku.databases().",
    id="heroku_support.E001",
)
E002 = checks.Error(
    "The default database is on the dyno itself, where no database server runs.",
    hint="heroku addons:create heroku-postgresql:essential-0, and build DATABASES with"
    " heroku.databases().",
    id="heroku_support.E002",
)
E003 = checks.Error(
    "A database has a pool and CONN_MAX_AGE, which Django refuses to connect with.",
    hint='DATABASES["default"]["CONN_MAX_AGE"] = 0',
    id="heroku_support.E003",
)
E004 = checks.Error(
    "A database has a pool, and psycopg's library for pools is not installed.",
    hint="pip install 'psycopg[binary,pool]'",
    id="heroku_support.E004",
)
E005 = checks.Error(
    "A pooler lends connections by transaction, and server-side cursors outlive one.",
    hint='DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True',
    id="heroku_support.E005",
)
W004 = checks.Warning(
    "A connection to Postgres on another host does not require TLS.",
    hint='DATABASES["default"].setdefault("OPTIONS", {})["sslmode"] = "require"',
    id="heroku_support.W004",
)
W005 = checks.Warning(
    "Connections to a database are kept without health checks: a lost one is used.",
    hint='DATABASES["default"]["CONN_HEALTH_CHECKS"] = True',
    id="heroku_support.W005",
)
W006 = checks.Warning(
    "Connections to a database are kept, which under ASGI piles them up.",
    hint='DATABASES["default"]["CONN_MAX_AGE"] = 0',
    id="heroku_support.W006",
)

SQLITE = (".sqlite3", ".spatialite")
POSTGRES = (".postgresql", ".postgis")
SERVERS = (*POSTGRES, ".mysql")
DEFAULT_PORTS = ("", "5432", "3306")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# By these a driver finds its server elsewhere than in HOST.
ELSEWHERE = frozenset(
    "host hostaddr read_default_file read_default_group service unix_socket".split()
)
ELSEWHERE_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGSERVICE")

# Where bin/start-pgbouncer listens, and its mode unless it is told (heroku-buildpack-pgbouncer).
ON_DYNO_PGBOUNCER = "6000"
POOL_MODE, SESSION_MODE = "PGBOUNCER_POOL_MODE", "session"


def check_sqlite(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    A dyno's disk is thrown away at least once a day (Dev Center, "Dynos": cycling).
    """
    return _found(E001, _is_sqlite, databases().values()) if on_dyno() else []


def check_host(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    A dyno runs its process type's command and no server beside it (Dev Center, "Dynos").

    A host that the environment names is a tunnel's or a pooler's, which may well be here.
    """
    default = databases().get("default", {})
    return _found(E002, _is_on_dyno_itself, [default]) if on_dyno() else []


def check_tls(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Heroku Postgres has public host names, and libpq's "prefer" yields to whoever is on the
    path (Dev Center, "Connecting to Heroku Postgres"; PostgreSQL docs, 34.19).
    """
    return _found(W004, _lacks_tls, databases().values()) if on_dyno() else []


def check_health_checks(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Maintenance and failover close connections, and Django goes on using one that it kept
    unless it asks first (Django docs, "Persistent connections").
    """
    return _found(W005, _lacks_health_check, databases().values()) if on_dyno() else []


def check_pool(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Django raises "Pooling doesn't support persistent connections." at the first query.
    """
    return _found(E003, _has_pool_and_age, databases().values())


def check_pool_library(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Django's pool is psycopg 3's, which is a package of its own (Django docs, "Connection
    pool").
    """
    if find_library("psycopg") and find_library("psycopg_pool"):
        return []
    return _found(E004, _has_pool, databases().values())


def check_server_side_cursors(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Heroku's connection pooling and the PgBouncer buildpack pool by transaction, where
    ``iterator()`` fails (Django docs, "Transaction pooling and server-side cursors").
    """
    return _found(E005, _pooled_cursors, databases().values()) if on_dyno() else []


def check_asgi(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Each request may have a thread, and so a connection, of its own (Django docs,
    "Persistent connections": caveats).

    ``heroku.databases()`` looks at the server that runs, which is none here.
    """
    asynchronous = is_installed("daphne") or is_installed("channels")
    if not (asynchronous and on_dyno()) or _is_built_by_helper():
        return []
    return _found(W006, _keeps_connections, databases().values())


def _found(
    message: checks.CheckMessage, is_wrong: Any, among: Iterable[Mapping[str, Any]]
) -> list[checks.CheckMessage]:
    return [message] if any(map(is_wrong, among)) else []


def _engine(entry: Mapping[str, Any]) -> str:
    return text(entry.get("ENGINE"))


def _options(entry: Mapping[str, Any]) -> Mapping[Any, Any]:
    return mapping(entry.get("OPTIONS"))


def _is_sqlite(entry: Mapping[str, Any]) -> bool:
    return _engine(entry).endswith(SQLITE)


def _is_on_dyno_itself(entry: Mapping[str, Any]) -> bool:
    host, port = text(entry.get("HOST")), str(entry.get("PORT") or "")
    served = _engine(entry).endswith(SERVERS) and port in DEFAULT_PORTS
    if not served or ELSEWHERE & _options(entry).keys():
        return False
    if host:
        return host in LOOPBACK and not _is_named_by_environment(host)
    return not any(variables().get(name) for name in ELSEWHERE_VARIABLES)


def _is_named_by_environment(host: str) -> bool:
    values = variables().values()
    urls = [url for url in map(parsed, values) if url is not None]
    # A proxy for HTTP is no database.
    return host in values or any(
        url.host == host and not url.scheme.startswith("http") for url in urls
    )


def _lacks_tls(entry: Mapping[str, Any]) -> bool:
    options = _options(entry)
    host = text(options.get("hostaddr")) or text(entry.get("HOST"))
    sslmode = text(options.get("sslmode")) or variables().get("PGSSLMODE", "")
    strict = SSLMODES[SSLMODES.index(REQUIRE) :]
    return (
        _engine(entry).endswith(POSTGRES)
        and not is_local(host)
        and sslmode not in strict
        # libpq takes the system's roots with verify-full only, and a service says itself.
        and options.get("sslrootcert") != SYSTEM
        and "service" not in options
    )


def _keeps_connections(entry: Mapping[str, Any]) -> bool:
    return _engine(entry).endswith(SERVERS) and entry.get("CONN_MAX_AGE") != 0


def _lacks_health_check(entry: Mapping[str, Any]) -> bool:
    return _keeps_connections(entry) and not entry.get("CONN_HEALTH_CHECKS")


def _has_pool(entry: Mapping[str, Any]) -> bool:
    return _engine(entry).endswith(POSTGRES) and bool(_options(entry).get("pool"))


def _has_pool_and_age(entry: Mapping[str, Any]) -> bool:
    return _has_pool(entry) and _keeps_connections(entry)


def _pooled_cursors(entry: Mapping[str, Any]) -> bool:
    pooled = _is_on_dyno_pooled(entry) or _is_pooled_by_heroku(entry)
    return (
        _engine(entry).endswith(POSTGRES)
        and not entry.get("DISABLE_SERVER_SIDE_CURSORS")
        and pooled
    )


def _is_on_dyno_pooled(entry: Mapping[str, Any]) -> bool:
    here = entry.get("HOST") in LOOPBACK
    by_transaction = variables().get(POOL_MODE, "") != SESSION_MODE
    return here and str(entry.get("PORT")) == ON_DYNO_PGBOUNCER and by_transaction


def _is_pooled_by_heroku(entry: Mapping[str, Any]) -> bool:
    pooler = parsed(variables().get(addons.DATABASE_CONNECTION_POOL))
    address = (entry.get("HOST"), str(entry.get("PORT")))
    return pooler is not None and (pooler.host, str(pooler.port)) == address


def _is_built_by_helper() -> bool:
    objects = explain.find(text(setting("SETTINGS_MODULE")))
    return any("DATABASES" in each.record.values for each in objects)
