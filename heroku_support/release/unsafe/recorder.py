"""
What Django would run for an operation, without a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

PLAIN = "django.db.backends.postgresql.base"
NEWEST = 180000  # as the server would say it; what is scanned without one
VALUE = "'value'"  # of a constant, which is all that matters of it


class NeedsDatabase(Exception):
    """
    An operation wants to look into the database.
    """


def dialect(connection: BaseDatabaseWrapper) -> DatabaseWrapper:
    """
    Return a connection of the same alias that speaks Postgres and never connects.

    What breaks running code is the same for every database, so others are asked as Postgres.

    :raises ImproperlyConfigured: without a driver for Postgres.
    """
    modules = [each.__module__ for each in type(connection).__mro__]
    own = (
        name
        for name in modules
        if name in (PLAIN, "django.contrib.gis.db.backends.postgis.base")
    )
    wrapper: Any = _silent(next(own, PLAIN))(
        {**connection.settings_dict, "OPTIONS": {}}, connection.alias
    )
    known = connection.__dict__.get("pg_version")
    wrapper.__dict__["pg_version"] = known or NEWEST
    wrapper.ops.compose_sql = lambda sql, params: sql % tuple([VALUE] * len(params))
    dialect: DatabaseWrapper = wrapper
    return dialect


@cache
def _silent(module: str) -> Any:
    base = import_module(module).DatabaseWrapper

    class SilentWrapper(base):  # type: ignore[misc, valid-type]  # known at run time only
        """
        Knows the dialect, and reaches no server.
        """

        def ensure_connection(self) -> None:
            """
            Refuse.
            """
            raise NeedsDatabase

    return SilentWrapper


def recorded(
    operation: Operation,
    app_label: str,
    dialect: DatabaseWrapper,
    before: ProjectState,
    after: ProjectState,
) -> list[str]:
    """
    Return the statements of one of Django's operations.
    """
    editor = _recorder(dialect.SchemaEditorClass)(dialect, atomic=False)
    editor.deferred_sql = []
    try:
        operation.database_forwards(app_label, editor, before, after)
    except NeedsDatabase:
        return []  # an extension, which takes no lock on a table
    return [*editor.recorded, *map(str, editor.deferred_sql)]


@cache
def _recorder(base: Any) -> Any:
    class Recorder(base):  # type: ignore[misc]  # known at run time only
        """
        Writes down what it is asked to run.
        """

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.recorded: list[str] = []

        def execute(self, sql: Any, params: Sequence[Any] | None = ()) -> None:
            """
            Keep a statement, with its values as constants.
            """
            text = str(sql)
            if params:
                text %= tuple([VALUE] * len(params))
            self.recorded.append(text)

        def effective_default(self, field: Any) -> Any:
            """
            Call no default: that is a project's own code, and may ask the database.
            """
            called = field.has_default() and callable(field.default)
            return "value" if called else super().effective_default(field)

        # What Django looks for in the database before it drops it.
        def _constraint_names(self, *arguments: Any, **options: Any) -> list[str]:
            return ["found"]

        def _get_sequence_name(self, table: str, column: str) -> str:
            return "found"

        def _is_collation_deterministic(self, name: str) -> bool:
            return True

    return Recorder
