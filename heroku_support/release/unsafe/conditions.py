"""
Whether code that does not know the new columns keeps to a condition.
"""

from __future__ import annotations

from heroku_support.release.unsafe.catalogue import Column, Table
from heroku_support.release.unsafe.statements import Reader, Token

# Before a parenthesis, what is NULL where one of its values is (pg_proc.proisstrict).
STRICT = set(
    """
    abs all any btrim ceil char char_length date_trunc extract floor in length lower ltrim mod
    numeric octet_length round rtrim sign sqrt trim upper varchar
    """.split()
)


def is_kept(condition: Reader, table: Table) -> bool:
    """
    Whether a condition refuses no row that running code writes.

    A column with a default has it in all rows, for which the condition holds.
    """
    named = columns(condition, table)
    if named and all(each.is_new and each.has_default for each in named):
        return True
    return _is_certain(condition, table, True)


def columns(condition: Reader, table: Table) -> list[Column]:
    """
    Return the columns that a condition names.
    """
    names = {
        token.identifier for token in condition.tokens if token.kind in ("name", "word")
    }
    return [table.columns[name] for name in names if name in table.columns]


def _is_certain(condition: Reader, table: Table, wanted: bool) -> bool:
    """
    Whether a condition is as wanted in every row that running code writes, or NULL, which a
    constraint takes for true.
    """
    for word, combined in (
        ("OR", any if wanted else all),
        ("AND", all if wanted else any),
    ):
        parts = _parts(condition, word)
        if len(parts) > 1:
            return combined(_is_certain(part, table, wanted) for part in parts)
    if condition.takes("NOT"):
        return _is_certain(condition, table, not wanted)
    rest = Reader(condition.tokens)
    inner = rest.group()
    if inner.tokens and not rest.tokens:
        return _is_certain(inner, table, wanted)
    if condition.has("IS"):
        return _is_null(condition, table, wanted)
    is_strict = not condition.has("CASE") and STRICT.issuperset(condition.calls())
    return is_strict and any(map(_is_absent, columns(condition, table)))


def _parts(condition: Reader, word: str) -> list[Reader]:
    """
    Split at a word, but not at the AND of a BETWEEN.
    """
    parts: list[Reader] = []
    for part in condition.parts(word):
        before = parts[-1] if parts else Reader([])
        if before.has("BETWEEN") and not before.has("AND"):
            parts[-1] = Reader([*before.tokens, Token("word", "AND"), *part.tokens])
        else:
            parts.append(part)
    return parts


def _is_null(condition: Reader, table: Table, wanted: bool) -> bool:
    column = table.columns.get(condition.name())
    is_negated = condition.takes("IS", "NOT", "NULL")
    is_plain = is_negated or condition.takes("IS", "NULL")
    if column is None or not is_plain or condition.tokens:
        return False
    return _is_absent(column) if wanted != is_negated else not column.null


def _is_absent(column: Column) -> bool:
    return column.is_new and column.null and not column.has_default
