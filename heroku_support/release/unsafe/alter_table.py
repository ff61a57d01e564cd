"""
What the actions of ALTER TABLE do.
"""

from __future__ import annotations

from heroku_support.release.unsafe import column_types
from heroku_support.release.unsafe.add_column import add_column
from heroku_support.release.unsafe.catalogue import Column, Table
from heroku_support.release.unsafe.constraints import add_constraint, set_not_null
from heroku_support.release.unsafe.statements import Reader
from heroku_support.release.unsafe.walk import Walk

CONSTRAINTS = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE"}
REWRITING = {"TABLESPACE", "LOGGED", "UNLOGGED", "ACCESS"}


def alter_table(walk: Walk, reader: Reader) -> None:
    """
    Judge what stands behind ALTER TABLE.
    """
    reader.takes("IF", "EXISTS")
    reader.takes("ONLY")
    table = walk.catalogue.table(reader.name())
    reader.takes("*")
    for action in reader.parts():
        if action.takes("VALIDATE", "CONSTRAINT"):
            _validate(walk, table, action.name())
            continue
        _act(walk, table, action)
        walk.touch(table)


def _act(walk: Walk, table: Table, action: Reader) -> None:
    if action.takes("RENAME"):
        _rename(walk, table, action)
    elif action.takes("ADD"):
        _add(walk, table, action)
    elif action.takes("DROP"):
        _drop(walk, table, action)
    elif action.takes("ALTER"):
        action.takes("COLUMN")
        _alter_column(walk, table, table.column(action.name()), action)
    elif action.takes("SET", "SCHEMA"):
        walk.found("rename-model", table)
    elif action.takes("SET") and action.takes_any(*REWRITING):
        walk.found("rewrite-table", table)


def _validate(walk: Walk, table: Table, name: str) -> None:
    if name in walk.catalogue.claims:
        walk.catalogue.claims[name].is_proven = True
    for column in table.columns.values():
        # Made by an earlier plan, in SQL that nobody here has seen.
        column.is_proven |= f"{column.name}_" in name and "null" in name
    if walk.locked:
        walk.found("validate-after-schema", walk.catalogue.table(walk.locked))


def _rename(walk: Walk, table: Table, action: Reader) -> None:
    if action.takes("CONSTRAINT"):
        return
    if action.takes("TO"):
        _rename_table(walk, table, action.name())
        return
    action.takes("COLUMN")
    column = table.columns.pop(action.name(), None)
    action.takes("TO")
    if column is None:  # of no model
        return
    if table.is_automatic:
        walk.found("rename-model", table)
    elif column.field and not column.is_new:
        walk.found("rename-field", table, column)
    column.name = action.name()
    table.columns[column.name] = column


def _rename_table(walk: Walk, table: Table, new: str) -> None:
    old = table.name
    if walk.renamed.pop(old, "") == new:  # back again, and nobody has seen the other
        walk.withdraw("rename-model", new)
    else:
        walk.found("rename-model", table)
        if walk.migration.atomic:
            walk.renamed[new] = old
    walk.catalogue.rename(old, new)


def _add(walk: Walk, table: Table, action: Reader) -> None:
    if action.tokens and action.tokens[0].text.upper() in CONSTRAINTS:
        add_constraint(walk, table, action)
        return
    action.takes("COLUMN")
    is_there = action.takes("IF", "NOT", "EXISTS")
    name = action.name()
    if not (is_there and name in table.columns):
        add_column(walk, table, name, action)


def _drop(walk: Walk, table: Table, action: Reader) -> None:
    if action.takes("CONSTRAINT"):
        return
    action.takes("COLUMN")
    action.takes("IF", "EXISTS")
    column = table.columns.pop(action.name(), None)
    if column and column.field and not column.is_new:
        walk.found("remove-field", table, column)


def _alter_column(walk: Walk, table: Table, column: Column, action: Reader) -> None:
    if action.takes("TYPE") or action.takes("SET", "DATA", "TYPE"):
        _change_type(walk, table, column, action)
    elif action.takes("SET", "DEFAULT"):
        column.has_default = not action.takes("NULL") or column.has_default
    elif action.takes("DROP", "DEFAULT") or action.takes("DROP", "IDENTITY"):
        _drop_default(walk, table, column)
    elif action.takes("SET", "NOT", "NULL"):
        set_not_null(walk, table, column)
    elif action.takes("DROP", "NOT", "NULL"):
        column.null = True
    elif action.takes("SET", "EXPRESSION"):
        walk.found("rewrite-table", table)
    elif action.takes("ADD", "GENERATED"):
        column.has_default = True


def _drop_default(walk: Walk, table: Table, column: Column) -> None:
    column.has_default = False
    if column.is_new and not column.null:
        walk.found("add-field-not-null", table, column)
    elif (
        column.is_left_out and not column.is_new and not (column.null and column.field)
    ):
        walk.found("drop-db-default", table, column)


def _change_type(walk: Walk, table: Table, column: Column, action: Reader) -> None:
    name = action.before("COLLATE", "USING")
    old, new = column.type, column_types.parse(name.text)
    collation = action.before("USING").after("COLLATE").name()
    if column.field and not column.is_new:
        if not column_types.accepts(old, new):
            walk.found("change-field-type", table, column, type=name.text)
        elif column_types.narrows(old, new):
            walk.found("narrow-field", table, column, type=name.text)
    if column_types.rewrites(old, new) or _computes(column, action.after("USING")):
        walk.found("rewrite-table", table, column)
    elif column.is_indexed and (
        collation != column.collation or column_types.reorders(old, new)
    ):
        walk.found("build-index", table, column)
    column.type, column.collation = new, collation


def _computes(column: Column, using: Reader) -> bool:
    """
    Whether USING has more than the column, or a cast of it.
    """
    if not using.tokens:
        return False
    return using.name() != column.name or bool(using.tokens and not using.takes("::"))
