"""
What a database tells of itself, over a connection of our own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from heroku_support.conf import conf
from heroku_support.connect.places import place
from heroku_support.dyno import Dyno
from heroku_support.manifests.live import Database
from heroku_support.own_connection import close, is_direct, open_own
from heroku_support.service_url import is_local
from heroku_support.settings import Record
from heroku_support.settings.postgres_tls import (
    REQUIRE,
    SSLMODES,
    VERIFY_FULL,
    authorities,
)

CONNECT_TIMEOUT = 5  # seconds
POSTGIS = "postgis"
POOL_SIZE = 4  # psycopg_pool's own min_size, which is its max_size as well
# -1 is no limit of a role's or a database's own.
ASK = """
    SELECT pg_backend_pid(),
      (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user),
      (SELECT datconnlimit FROM pg_database WHERE datname = current_database()),
      current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true), '0')::int,
      (SELECT count(*) FROM pg_stat_activity
        WHERE usename = current_user AND pid <> pg_backend_pid())
"""
EXTENSIONS = """
    SELECT name, installed_version IS NOT NULL FROM pg_available_extensions
    WHERE name = ANY(%s)
"""


@dataclass(frozen=True)
class _Answer:
    pid: int
    of_role: int
    of_database: int
    of_server: int
    others: int

    @property
    def limit(self) -> int:
        """
        The least of them.
        """
        limits = (self.of_role, self.of_database, self.of_server)
        return min(each for each in limits if each >= 0)


def ask(alias: str, root: Path, dyno: Dyno) -> Database:
    """
    Connect, ask, and close.

    :raises Exception: the driver's, where that fails.
    """
    connection = open_own(alias, connect_timeout=CONNECT_TIMEOUT)
    try:
        connection.ensure_connection()
        if connection.vendor != "postgresql":
            product = connection.display_name
            return replace(unreached(alias, root), product=product)
        return _told(alias, connection, root, dyno)
    finally:
        close(connection)


def unreached(alias: str, root: Path, error: str = "") -> Database:
    """
    Return what is known without an answer.
    """
    return Database(name(alias), place("DATABASES", root), error)


def needed(engine: str) -> list[str]:
    """
    Return the extensions that a project needs with this backend.
    """
    of_backend = [POSTGIS] if engine.endswith(f".{POSTGIS}") else []
    return sorted({*of_backend, *conf.HEROKU_SUPPORT_RELEASE_EXTENSIONS})


def name(alias: str) -> str:
    """
    Return what a database is called in a message.
    """
    return f'DATABASES["{alias}"]'


def _told(
    alias: str, connection: BaseDatabaseWrapper, root: Path, dyno: Dyno
) -> Database:
    with connection.cursor() as cursor:
        cursor.execute(ASK)
        answer = _Answer(*cursor.fetchone())
        missing = _missing(cursor)
    driver: Any = connection.connection
    version: int = getattr(connection, "pg_version", 0)
    major, minor = version // 10_000, version % 10_000
    # A pooler makes up the process id that it tells its clients.
    is_pooled = driver.info.backend_pid != answer.pid
    own = connections.settings[alias]
    return Database(
        name=name(alias),
        place=place("DATABASES", root),
        product=f"PostgreSQL {major}.{minor}",
        version=(major, minor),
        is_local=_is_local(own),
        # psycopg 3 has it in libpq's connection, psycopg2 in its own.
        has_tls=bool(getattr(driver, "pgconn", driver.info).ssl_in_use),
        most_clients=None if is_pooled else answer.limit,
        clients=answer.others,
        stronger=_stronger(alias, dyno),
        pool=_pool(own["OPTIONS"].get("pool")),
        is_pooled=is_pooled,
        has_cursors=not own.get("DISABLE_SERVER_SIDE_CURSORS"),
        is_spare=is_direct(alias),
        missing=missing,
    )


def _is_local(own: dict[str, Any]) -> bool:
    return is_local(own["HOST"]) and is_local(own["OPTIONS"].get("hostaddr", ""))


def _missing(cursor: Any) -> dict[str, bool]:
    wanted = needed(cursor.db.settings_dict["ENGINE"])
    cursor.execute(EXTENSIONS, [wanted])
    known = dict(cursor.fetchall())
    return {each: each in known for each in wanted if not known.get(each)}


def _pool(asked: Any) -> int | None:
    if not asked:
        return None
    options = asked if isinstance(asked, dict) else {}
    return int(options.get("max_size") or options.get("min_size") or POOL_SIZE)


def _stronger(alias: str, dyno: Dyno) -> str:
    own = connections.settings[alias]
    if _is_local(own):
        return ""
    options = own["OPTIONS"]
    sslmode = options.get("sslmode", "prefer")
    if sslmode not in SSLMODES or SSLMODES.index(sslmode) > SSLMODES.index(REQUIRE):
        return ""
    record = Record(dyno)
    record.collecting = True  # without a file of authorities nothing is verified
    root = authorities(record)
    if _works(alias, sslmode=VERIFY_FULL, sslrootcert=root):
        return "verify"
    if options.get("channel_binding") == REQUIRE:
        return ""
    return "bound" if _works(alias, sslmode=REQUIRE, channel_binding=REQUIRE) else ""


def _works(alias: str, **options: Any) -> bool:
    connection = open_own(alias, connect_timeout=CONNECT_TIMEOUT, **options)
    try:
        connection.ensure_connection()
    except Exception:  # whatever a driver says about it, it does not
        return False
    finally:
        close(connection)
    return True
