"""
What a new constraint or a new unique index does.
"""

from __future__ import annotations

from heroku_support.release.unsafe.catalogue import Column, Table
from heroku_support.release.unsafe.statements import Reader
from heroku_support.release.unsafe.walk import Walk

CONNECTIVES = ("AND", "OR", "NOT", "IS", "CASE", "COALESCE")


def add_constraint(walk: Walk, table: Table, reader: Reader) -> None:
    """
    Judge what stands behind ADD, of a constraint for a table.
    """
    name = reader.name() if reader.takes("CONSTRAINT") else ""
    is_valid = not reader.has("NOT", "VALID")
    if reader.has("USING", "INDEX") and not reader.has("EXCLUDE"):
        return  # built before
    if reader.takes("UNIQUE") or reader.takes("PRIMARY", "KEY"):
        is_distinct = not reader.takes("NULLS", "NOT", "DISTINCT")
        reader.takes("NULLS", "DISTINCT")
        _unique(walk, table, reader.group(), is_distinct=is_distinct)
    elif reader.takes("FOREIGN", "KEY"):
        _foreign_key(walk, table, reader, is_valid=is_valid)
    elif reader.takes("CHECK"):
        _check(walk, table, reader.group(), name, is_valid=is_valid)
    elif reader.takes("NOT", "NULL"):
        set_not_null(walk, table, table.column(reader.name()), is_valid=is_valid)
    else:
        walk.found("add-exclusion", table)
        walk.found("build-exclusion", table)


def repeats(walk: Walk, table: Table, columns: Reader, *, is_distinct: bool) -> None:
    """
    Judge whether running code may write what has to be unique twice.
    """
    named = [part.tokens for part in columns.parts()]
    names = [tokens[0].identifier for tokens in named if len(tokens) <= 2]
    plain = len(names) == len(named)
    if plain and table.is_unique(names):
        return
    known = [table.columns[name] for name in names if name in table.columns]
    # NULL is not the same as NULL.
    if is_distinct and any(
        each.is_new and each.null and not each.has_default for each in known
    ):
        return
    walk.found("add-unique", table, known[0] if len(named) == len(known) == 1 else None)


def set_not_null(
    walk: Walk, table: Table, column: Column, *, is_valid: bool = True
) -> None:
    """
    Judge a column that may not be null from now on.
    """
    if column.null and not column.is_proven:
        if not (column.is_new and column.has_default):
            walk.found("alter-field-not-null", table, column)
        if is_valid:
            walk.found("scan-not-null", table, column)
    column.null = False


def _unique(walk: Walk, table: Table, columns: Reader, *, is_distinct: bool) -> None:
    repeats(walk, table, columns, is_distinct=is_distinct)
    walk.found("build-unique-index", table, columns=columns.text)


def _foreign_key(walk: Walk, table: Table, reader: Reader, *, is_valid: bool) -> None:
    column = table.column(reader.group().name())
    reader.takes("REFERENCES")
    target = reader.name()
    if column.references != target and not column.is_new:
        walk.found("redirect-foreign-key", table, column, type=target)
    if is_valid:
        walk.found("validate-foreign-key", table, column)


def _check(
    walk: Walk, table: Table, condition: Reader, name: str, *, is_valid: bool
) -> None:
    named = _columns(table, condition)
    is_not_null = condition.has("IS", "NOT", "NULL") and len(condition.tokens) == 4
    if is_not_null and len(named) == 1:
        walk.catalogue.claims[name] = named[0]
        named[0].is_proven |= is_valid
    if not _is_kept(named, condition, is_not_null=is_not_null):
        walk.found("add-check", table)
    if is_valid:
        walk.found("validate-check", table)


def _columns(table: Table, condition: Reader) -> list[Column]:
    names = {
        token.identifier for token in condition.tokens if token.kind in ("name", "word")
    }
    return [table.columns[name] for name in names if name in table.columns]


def _is_kept(named: list[Column], condition: Reader, *, is_not_null: bool) -> bool:
    """
    Whether code that does not know the new columns keeps to a condition.

    A column with a default has it in all rows, for which the condition holds; NULL satisfies
    a comparison.
    """
    if is_not_null and named:
        return not named[0].null
    news = [each for each in named if each.is_new]
    if len(news) == len(named) > 0 and all(each.has_default for each in news):
        return True
    is_comparison = not any(condition.has(word) for word in CONNECTIVES)
    return is_comparison and any(each.null and not each.has_default for each in news)
