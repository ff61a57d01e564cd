"""
Tests in a database whose role may create no other: that of an ordinary add-on on Heroku CI.

Nothing is wiped. A database is used for tests if it is empty, or exactly as the last test run
left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import TestSuite

from django.core.management import CommandError
from django.db import OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.utils import CursorWrapper
from django.test.runner import DiscoverRunner
from django.test.utils import get_unique_databases_and_mirrors

from heroku_support.dyno import Dyno
from heroku_support.own_connection import open_own

# In-dyno databases may create others (Dev Center, "Heroku CI In-Dyno Databases").
FIX = (
    "Nothing was touched. On Heroku CI, write into app.json, below environments.test:"
    ' "addons": ["heroku-postgresql:in-dyno"]'
)
ON_DYNO = "tests do not run in the database of an app."
FOREIGN = "it holds tables that no test run left so."
IN_USE = "another test run uses it, or was broken off."

MAY_CREATE = """
    SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user
"""

# The mark: a table with what the last run left, and without a row while one is at work.
MARK = "heroku_support_test_database"
# PostGIS and other extensions bring tables of their own.
TABLES = f"""
    SELECT relkind = 'r' AND has_table_privilege(pg_class.oid, 'SELECT'),
      format('%I.%I', nspname, relname)
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'f', 'v', 'm') AND relname <> '{MARK}'
      AND nspname !~ '^pg_' AND nspname <> 'information_schema'
      AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
          AND objid = pg_class.oid AND deptype = 'e'
      )
    ORDER BY 2
"""
# xmin is the transaction that wrote a row: whatever is added or changed changes this.
ROWS = "SELECT md5(string_agg(xmin::text, ',' ORDER BY xmin::text)) FROM ONLY "


class HerokuRunner(DiscoverRunner):
    """
    Django's runner, also where the role may create no database.

    For settings: ``TEST_RUNNER = "heroku_support.testing.HerokuRunner"``.
    """

    def setup_databases(self, **kwargs: Any) -> Any:
        """
        Create the test databases, or use those that are provided; then in one process.
        """
        if use_provided_databases(kwargs.get("aliases")) and self.parallel > 1:
            self.log("Running in one process: the tests share the database provided.")
            self.parallel = 1
        return super().setup_databases(**kwargs)

    def run_suite(self, suite: TestSuite, **kwargs: Any) -> Any:
        """
        Run the suite, which may have been divided between processes already.
        """
        if self.parallel == 1 and isinstance(suite, self.parallel_test_suite):
            suite = self.test_suite(suite.subsuites)
        return super().run_suite(suite, **kwargs)


def use_provided_databases(aliases: Iterable[str] | None = None) -> bool:
    """
    Let tests use the databases themselves whose role may create none; return if there are any.

    For pytest-django's ``django_db_keepdb``. Every other database is left to Django: where the
    role may create one, SQLite and MySQL, mirrors, and what has a name for tests in
    ``TEST["NAME"]``.

    :param aliases: all unless given.
    """
    wanted = set(connections if aliases is None else aliases)
    databases, _ = get_unique_databases_and_mirrors(wanted)
    provided = [
        connections[alias]
        for _, same in databases.values()
        for alias in same
        if _is_provided(connections[alias])
    ]
    for connection in provided:
        connection.creation = ProvidedDatabase(connection)
    return bool(provided)


def _is_provided(connection: BaseDatabaseWrapper) -> bool:
    if connection.vendor != "postgresql" or connection.settings_dict["TEST"]["NAME"]:
        return False
    try:
        with _own_cursor(connection.alias) as cursor:
            cursor.execute(MAY_CREATE)
            return not cursor.fetchone()[0]
    except OperationalError:  # Django says so, if the tests need it
        return False


@contextmanager
def _own_cursor(alias: str) -> Iterator[CursorWrapper]:
    connection = open_own(alias)
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


class ProvidedDatabase(BaseDatabaseCreation):
    """
    Use the database itself for tests, and neither create nor destroy one.
    """

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        """
        Claim the database and migrate it.

        :raises CommandError: if it is not the tests' own.
        """
        alias = self.connection.alias
        with transaction.atomic(using=alias), self.connection.cursor() as cursor:
            self._claim(cursor)
        try:
            name: str = super().create_test_db(*args, **{**kwargs, "keepdb": True})
        except BaseException:
            self._leave()
            raise
        return name

    def destroy_test_db(
        self,
        old_database_name: str | None = None,
        verbosity: int = 1,
        keepdb: bool = False,
        suffix: str | None = None,
    ) -> None:
        """
        Leave the database to the next test run.
        """
        super().destroy_test_db(old_database_name, verbosity, True, suffix)
        self._leave()

    def _get_test_db_name(self) -> str:
        return str(self.connection.settings_dict["NAME"])

    def _create_test_db(self, *args: Any, **kwargs: Any) -> str:
        return self._get_test_db_name()

    def _claim(self, cursor: CursorWrapper) -> None:
        if Dyno.from_environ().is_heroku:
            self._refuse(ON_DYNO)
        # One at a time: the processes of pytest-xdist begin together.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [MARK])
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [MARK])
        (is_marked,) = cursor.fetchone()
        if not is_marked:
            cursor.execute(TABLES)
            if cursor.fetchone():
                self._refuse(FOREIGN)
            cursor.execute(f"CREATE TABLE {MARK} (rows_left text)")
            return
        cursor.execute(f"SELECT rows_left FROM {MARK}")
        if not cursor.fetchone():
            self._refuse(IN_USE)
        cursor.execute(f"DELETE FROM {MARK} WHERE rows_left = %s", [_state(cursor)])
        if not cursor.rowcount:
            self._refuse(FOREIGN)

    def _leave(self) -> None:
        # The tests' connection may be in a transaction that has failed.
        with _own_cursor(self.connection.alias) as cursor:
            cursor.execute(f"INSERT INTO {MARK} VALUES (%s)", [_state(cursor)])

    def _refuse(self, reason: str) -> None:
        raise CommandError(
            f"The role of the database {self.connection.alias!r} may not create one for"
            f" tests, and {reason} {FIX}"
        )


def _state(cursor: CursorWrapper) -> str:
    cursor.execute(TABLES)
    state = []
    for is_readable, table in cursor.fetchall():
        state.append(table)
        if is_readable:
            cursor.execute(ROWS + table)
            state.append(str(cursor.fetchone()[0]))
    return " ".join(state)
