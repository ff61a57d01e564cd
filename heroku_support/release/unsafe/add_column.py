"""
What ALTER TABLE … ADD COLUMN does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from heroku_support.release.unsafe.catalogue import Column, Table
from heroku_support.release.unsafe.column_types import parse
from heroku_support.release.unsafe.statements import Reader, Token
from heroku_support.release.unsafe.walk import Walk

CLAUSES = set(
    """
    CHECK COLLATE CONSTRAINT DEFAULT GENERATED NOT NULL PRIMARY REFERENCES UNIQUE
    """.split()
)
# Words before which such a word is no clause: SET NULL, BY DEFAULT, NOT NULL.
BEFORE = {"SET", "BY", "NOT"}
# Built-in functions that are not volatile (pg_proc.provolatile), as far as a default has them;
# one that somebody wrote is volatile unless it says otherwise, so one that is not here counts
# as volatile. Types, too, as their arguments look like a function's.
STABLE = set(
    """
    abs age array_append array_cat btrim cast ceil ceiling char character coalesce concat
    concat_ws current_setting date_part date_trunc decimal decode encode exp extract floor
    greatest initcap json_build_array json_build_object json_object jsonb_build_array
    jsonb_build_object jsonb_object least left length ln localtime localtimestamp lower lpad
    ltrim make_date make_interval make_time make_timestamp make_timestamptz md5 mod now nullif
    numeric pi position power quote_ident quote_literal repeat replace reverse right round rpad
    rtrim sha256 sign split_part sqrt statement_timestamp substr substring time timestamp
    timestamptz timezone to_char to_date to_json to_jsonb to_number to_timestamp to_tsvector
    transaction_timestamp trim trunc upper varchar interval current_timestamp current_time
    int4range int8range numrange daterange tsrange tstzrange st_geomfromtext st_setsrid
    st_makepoint st_point
    """.split()
)


def add_column(walk: Walk, table: Table, name: str, reader: Reader) -> None:
    """
    Judge a column's definition, and put the column into its table.
    """
    clauses = dict(_clauses(reader.tokens))
    type_ = Reader(clauses["TYPE"]).text
    generated = clauses.get("GENERATED", [])
    default = clauses.get("DEFAULT", [])
    has_default = bool(default) and not default[0].is_word("NULL")
    is_counted = "serial" in type_.lower() or Reader(generated).has("IDENTITY")
    is_generated = bool(generated) and not is_counted
    column = Column(
        name,
        parse(type_),
        is_new=True,
        null=not Reader(clauses.get("NOT", [])).takes("NULL")
        and "PRIMARY" not in clauses,
        has_default=has_default or bool(generated) or is_counted,
    )
    table.columns[name] = column
    if not column.null and not column.has_default:
        walk.found("add-field-not-null", table, column)
    if is_counted or is_volatile(default):
        walk.found("add-field-volatile-default", table, column)
    if is_generated and not Reader(generated).has("VIRTUAL"):
        walk.found("add-field-stored", table, column)
    if "CHECK" in clauses:
        walk.found("add-field-check", table, column)
    if "REFERENCES" in clauses and column.has_default:
        walk.found("validate-foreign-key", table, column)
    if "UNIQUE" in clauses or "PRIMARY" in clauses:
        walk.found("build-unique-index", table, column)
        if is_generated or (has_default and not is_volatile(default)):
            walk.found("add-unique", table, column)


def is_volatile(expression: Sequence[Token]) -> bool:
    """
    Whether a default has another value for each row.
    """
    calls = (
        token.identifier
        for token, after in zip(expression, expression[1:], strict=False)
        if token.kind in ("word", "name") and after.is_word("(")
    )
    return any(name not in STABLE for name in calls)


def _clauses(tokens: Sequence[Token]) -> Iterator[tuple[str, list[Token]]]:
    """
    Split a definition into its type and what each keyword brings; of two NOTs the first, as the
    second is NOT DEFERRABLE.
    """
    clause, content, depth, before = "TYPE", list[Token](), 0, ""
    found: list[tuple[str, list[Token]]] = []
    for token in tokens:
        word = token.text.upper() if token.kind == "word" and depth == 0 else ""
        is_value = clause == "DEFAULT" and not content
        if word in CLAUSES and before not in BEFORE and not is_value:
            found.append((clause, content))
            clause, content = word, []
        else:
            content.append(token)
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        before = token.text.upper()
    found.append((clause, content))
    yield from reversed(found)
