"""
The tables as the running release knows them, and what the plan has made of them so far.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.state import ProjectState

from heroku_support.release.unsafe.column_types import ColumnType, parse


@dataclass
class Column:
    """
    A column.

    :param field: the field's name in the running release; empty where that knows none.
    :param is_new: made by the plan.
    :param has_default: the database has a value for those who give none.
    :param is_left_out: the running release leaves it to that value, or nobody knows.
    :param references: the table that it points to.
    :param is_proven: a constraint that holds for all rows says that it is not null.
    """

    name: str
    type: ColumnType
    field: str = ""
    is_new: bool = False
    null: bool = True
    has_default: bool = False
    is_left_out: bool = True
    collation: str = ""
    is_indexed: bool = False
    references: str = ""
    is_proven: bool = False


@dataclass
class Table:
    """
    A table.

    :param model: its name in the running release; empty where that knows none.
    :param is_new: made by the plan, so nobody else uses it.
    :param is_automatic: of a many-to-many field.
    :param uniques: columns whose values together are unique for the running release.
    """

    name: str
    model: str = ""
    is_new: bool = False
    is_automatic: bool = False
    columns: dict[str, Column] = field(default_factory=dict)
    uniques: list[frozenset[str]] = field(default_factory=list)

    def column(self, name: str) -> Column:
        """
        Return a column; one that nobody knows may be anything.
        """
        return self.columns.setdefault(name, Column(name, parse("unknown")))

    def is_unique(self, names: list[str]) -> bool:
        """
        Whether the running release cannot write the same values twice as it is.
        """
        return any(unique <= set(names) for unique in self.uniques)


class Catalogue:
    """
    Tables by their names; what the database has beside the models is found by asking for it.
    """

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}
        # What a constraint that is not valid yet will prove, by its name.
        self.claims: dict[str, Column] = {}

    @classmethod
    def of(cls, state: ProjectState, dialect: BaseDatabaseWrapper) -> Catalogue:
        """
        Return what the models of a state have in the database.
        """
        catalogue = cls()
        for model in state.apps.get_models(
            include_auto_created=True, include_swapped=True
        ):
            if not model._meta.proxy:
                catalogue.add(_table(model, dialect))
        return catalogue

    def add(self, table: Table) -> None:
        """
        Add a table, or put it in the place of one with the same name.
        """
        self._tables[table.name] = table

    def table(self, name: str) -> Table:
        """
        Return a table; one that nobody knows was there before, and no running code uses it.
        """
        return self._tables.setdefault(name, Table(name))

    def knows(self, name: str) -> bool:
        """
        Whether a table of this name is known to be there.
        """
        return name in self._tables

    def remove(self, name: str) -> None:
        """
        Forget a table.
        """
        self._tables.pop(name, None)

    def rename(self, old: str, new: str) -> None:
        """
        Give a table another name; what points to it still does.
        """
        table = self.table(old)
        self.remove(old)
        table.name = new
        self.add(table)
        for other in self._tables.values():
            for column in other.columns.values():
                if column.references == old:
                    column.references = new


def _table(model: Any, dialect: BaseDatabaseWrapper) -> Table:
    meta = model._meta
    table = Table(
        meta.db_table.replace('"', "").rpartition(".")[2],
        model=meta.object_name,
        is_automatic=bool(meta.auto_created),
    )
    indexed = {
        name
        for each in (*meta.indexes, *meta.constraints)
        for name in getattr(each, "fields", ())
    }
    for each in meta.local_concrete_fields:
        if column := _column(each, dialect):
            column.is_indexed |= each.name in indexed
            table.columns[column.name] = column
    together = [
        *({each.name} for each in meta.local_concrete_fields if each.unique),
        *map(set, meta.unique_together),
        *(set(each.fields) for each in meta.total_unique_constraints if each.fields),
    ]
    table.uniques = [
        frozenset(meta.get_field(name).column for name in names) for names in together
    ]
    return table


def _column(each: Any, dialect: BaseDatabaseWrapper) -> Column | None:
    parameters = each.db_parameters(dialect)
    if parameters["type"] is None:  # a primary key of several columns
        return None
    # IDENTITY is one, too.
    has_default = each.has_db_default() or bool(each.db_type_suffix(dialect))
    return Column(
        each.column,
        parse(parameters["type"]),
        field=each.name,
        null=each.null,
        has_default=has_default,
        is_left_out=has_default,
        collation=parameters.get("collation") or "",
        is_indexed=each.db_index or each.unique,
        references=each.related_model._meta.db_table if each.remote_field else "",
        is_proven=_is_proven(each),
    )


def _is_proven(each: Any) -> bool:
    wanted = {f"{each.name}__isnull", f"{each.attname}__isnull"}
    return any(
        len(condition.children) == 1
        and tuple(condition.children[0]) in {(name, False) for name in wanted}
        and not condition.negated
        for constraint in each.model._meta.constraints
        if (condition := getattr(constraint, "condition", None)) is not None
        and not hasattr(constraint, "fields")
    )
