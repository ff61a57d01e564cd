"""
The entries of ``DATABASES``, written out or made of a URL.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from heroku_support.manifests.django_settings import UNDECIDED, DjangoSettings
from heroku_support.manifests.python_environment import DATABASE_URLS, variable
from heroku_support.manifests.python_values import Call, Constant, Table, Value

POSTGRES = (".postgresql", ".postgis", ".postgresql_psycopg2")
SERVERS = (*POSTGRES, ".mysql")
SQLITE = (".sqlite3", ".spatialite")
# The arguments of dj_database_url in their order, what each of them sets, and its default.
ARGUMENTS = ("engine", "conn_max_age", "conn_health_checks", "disable_server_side_cursors", "ssl_require")  # fmt: skip
KEYWORDS: dict[str, tuple[str, object]] = {
    "ENGINE": ("engine", "django.db.backends.postgresql"),
    "CONN_MAX_AGE": ("conn_max_age", 0),
    "CONN_HEALTH_CHECKS": ("conn_health_checks", False),
    "DISABLE_SERVER_SIDE_CURSORS": ("disable_server_side_cursors", False),
    "SSL": ("ssl_require", False),
}
DEFAULTS: dict[str, object] = {
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": False,
    "DISABLE_SERVER_SIDE_CURSORS": False,
    "HOST": "",
    "PORT": "",
}


class Database:
    """
    One of them.

    :param url: the call of dj_database_url that makes it, None where it is written out.
    """

    def __init__(self, alias: str, value: Value) -> None:
        self.alias = alias
        self.value = value
        self.table = value if isinstance(value, Table) else None
        below = self.table.base if self.table else value
        self.url = below if isinstance(below, Call) and _is_url(below) else None

    def get(self, name: str) -> Value | None:
        """
        Return where a key's value stands.
        """
        found = self.table.get(name) if self.table else None
        if found is None and self.url and name in KEYWORDS:
            return _argument(self.url, KEYWORDS[name][0])
        return found

    def constant(self, name: str) -> Any:
        """
        Return the value of a key, Django's default if it is not there, or ``UNDECIDED``.
        """
        value = self.get(name)
        if isinstance(value, Constant):
            return value.value
        if value is None and self.url and name in KEYWORDS:
            return KEYWORDS[name][1]
        if value is None and self.table and self.table.lacks(name):
            return DEFAULTS.get(name)
        return UNDECIDED

    def option(self, name: str) -> Any:
        """
        Return an entry of ``OPTIONS``, None where it is surely not there, or ``UNDECIDED``.
        """
        options = self.get("OPTIONS")
        if options is None:
            return None if self.url or (self.table and self.table.lacks("OPTIONS")) else UNDECIDED  # fmt: skip
        if not isinstance(options, Table):
            return UNDECIDED
        value = options.get(name)
        if isinstance(value, Constant):
            return value.value
        return True if value else (None if options.lacks(name) else UNDECIDED)

    def is_engine(self, *ends: str) -> bool:
        """
        Whether its backend is surely one of these.
        """
        engine = self.constant("ENGINE")
        return isinstance(engine, str) and engine.endswith(ends)


def databases(settings: DjangoSettings) -> Iterator[Database]:
    """
    Return the databases that the settings name.
    """
    table = settings.table("DATABASES")
    for alias, value in table.entries.items() if table else ():
        yield Database(alias, value)


def _is_url(call: Call) -> bool:
    # "parse" may be given a URL that is none of Heroku's.
    if call.function == "dj_database_url.parse":
        first = call.argument(0, "url")
        return variable(first) is not None
    return call.function in DATABASE_URLS


def _argument(call: Call, name: str) -> Value | None:
    shift = 1 if call.function.endswith("parse") else 2  # behind url; env and default
    return call.argument(ARGUMENTS.index(name) + shift, name)
