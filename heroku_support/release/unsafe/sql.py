"""
What a statement does to the tables that the running release uses.
"""

from __future__ import annotations

from collections.abc import Callable

from heroku_support.release.unsafe.alter_table import alter_table
from heroku_support.release.unsafe.catalogue import Table
from heroku_support.release.unsafe.constraints import repeats
from heroku_support.release.unsafe.statements import Reader, statements
from heroku_support.release.unsafe.walk import Walk

WEAK_MODES = (
    ("ACCESS", "SHARE"),
    ("ROW", "SHARE"),
    ("ROW", "EXCLUSIVE"),
    ("SHARE", "UPDATE", "EXCLUSIVE"),
)
# What takes columns and tables along when it is dropped.
CONTAINERS = ("SCHEMA", "TYPE", "DOMAIN", "EXTENSION")
# Where a statement of PL/pgSQL begins.
BEGINNINGS = ("BEGIN", "THEN", "ELSE", "LOOP")


def judge(walk: Walk, sql: str) -> None:
    """
    Judge a script.
    """
    for reader in statements(sql):
        _judge_statement(walk, reader)


def _judge_statement(walk: Walk, reader: Reader) -> None:
    for word, judged in STATEMENTS.items():
        if reader.takes(word):
            judged(walk, reader)
            return


def _alter(walk: Walk, reader: Reader) -> None:
    reader.takes_any("MATERIALIZED", "FOREIGN")
    if reader.takes_any("TABLE", "VIEW"):
        alter_table(walk, reader)
    elif reader.takes("DOMAIN"):
        _alter_domain(walk, reader)
    elif reader.takes_any("TYPE", "SCHEMA"):
        name = reader.name()
        is_addition = reader.takes("ADD") or reader.takes("OWNER")
        if not is_addition:
            walk.found("remove-object", Table(name, model=name))


def _alter_domain(walk: Walk, reader: Reader) -> None:
    domain = reader.name()
    if reader.takes("ADD") or reader.takes("SET", "NOT", "NULL"):
        walk.found("add-check", Table(domain, model=domain))
        if not reader.has("NOT", "VALID"):
            walk.found("validate-check", Table(domain))


def _create(walk: Walk, reader: Reader) -> None:
    reader.takes("OR", "REPLACE")
    reader.takes_any("GLOBAL", "LOCAL")
    reader.takes_any("TEMP", "TEMPORARY", "UNLOGGED", "RECURSIVE", "CONSTRAINT")
    is_materialized = reader.takes("MATERIALIZED")
    is_unique = reader.takes("UNIQUE")
    if reader.takes("INDEX"):
        _create_index(walk, reader, is_unique=is_unique)
    elif reader.takes("TABLE"):
        _create_table(walk, reader)
    elif reader.takes("VIEW"):
        _create_view(walk, reader, is_filled=is_materialized)
    elif reader.takes("TRIGGER"):
        walk.touch(walk.catalogue.table(reader.after("ON").name()))


def _create_table(walk: Walk, reader: Reader) -> None:
    reader.takes("IF", "NOT", "EXISTS")
    name = reader.name()
    if not walk.catalogue.knows(name):
        walk.catalogue.add(Table(name, is_new=True))
    if reader.has("SELECT"):
        _data(walk, reader)


def _create_view(walk: Walk, reader: Reader, *, is_filled: bool) -> None:
    reader.takes("IF", "NOT", "EXISTS")
    name = reader.name()
    if not walk.catalogue.knows(name):
        walk.catalogue.add(Table(name, is_new=True))
    if is_filled:
        _data(walk, reader)
    elif walk.migration.atomic:
        walk.withdraw("rename-model", name)  # a view in a renamed table's place


def _create_index(walk: Walk, reader: Reader, *, is_unique: bool) -> None:
    is_concurrent = reader.takes("CONCURRENTLY")
    target = reader.after("ON")
    target.takes("ONLY")
    table = walk.catalogue.table(target.name())
    if target.takes("USING"):
        target.name()
    columns = target.group()
    if is_unique:
        is_distinct = not target.has("NULLS", "NOT", "DISTINCT")
        repeats(walk, table, columns, is_distinct=is_distinct)
    if not is_concurrent:
        rule = "build-unique-index" if is_unique else "build-index"
        walk.found(rule, table, columns=columns.text)
        walk.touch(table)


def _drop(walk: Walk, reader: Reader) -> None:
    reader.takes_any("MATERIALIZED", "FOREIGN")
    if reader.takes_any("TABLE", "VIEW"):
        reader.takes("IF", "EXISTS")
        for part in reader.parts():
            table = walk.catalogue.table(part.name())
            walk.found("delete-model", table)
            walk.touch(table)
            walk.catalogue.remove(table.name)
    elif reader.takes("INDEX"):
        if not reader.takes("CONCURRENTLY"):
            reader.takes("IF", "EXISTS")
            walk.touch(Table(reader.name()))
    elif reader.takes_any(*CONTAINERS) and reader.has("CASCADE"):
        reader.takes("IF", "EXISTS")
        name = reader.name()
        walk.found("remove-object", Table(name, model=name))


def _truncate(walk: Walk, reader: Reader) -> None:
    reader.takes("TABLE")
    for part in reader.parts():
        part.takes("ONLY")
        _lock_exclusively(walk, part)


def _lock(walk: Walk, reader: Reader) -> None:
    mode = reader.after("IN")
    if not any(mode.takes(*weak, "MODE") for weak in WEAK_MODES):
        _truncate(walk, reader)


def _vacuum(walk: Walk, reader: Reader) -> None:
    if reader.has("FULL"):
        reader.group()
        while reader.takes_any("FULL", "FREEZE", "VERBOSE", "ANALYZE"):
            pass
        _lock_exclusively(walk, reader)


def _reindex(walk: Walk, reader: Reader) -> None:
    if not reader.has("CONCURRENTLY"):
        reader.group()
        reader.takes_any("INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM")
        _lock_exclusively(walk, reader)


def _cluster(walk: Walk, reader: Reader) -> None:
    reader.group()
    reader.takes("VERBOSE")
    _lock_exclusively(walk, reader)


def _refresh(walk: Walk, reader: Reader) -> None:
    reader.takes("MATERIALIZED", "VIEW")
    if not reader.takes("CONCURRENTLY"):
        _lock_exclusively(walk, reader)


def _lock_exclusively(walk: Walk, reader: Reader) -> None:
    table = walk.catalogue.table(reader.name() or "every table")
    walk.found("exclusive-lock", table)
    walk.touch(table)


def _select(walk: Walk, reader: Reader) -> None:
    if reader.has("FROM"):
        _data(walk, reader)


def _insert(walk: Walk, reader: Reader) -> None:
    if reader.has("SELECT"):
        _data(walk, reader)


def _update(walk: Walk, reader: Reader) -> None:
    reader.takes("FROM")  # of DELETE
    reader.takes("ONLY")
    if not walk.catalogue.table(reader.name()).is_new:
        _data(walk, reader)


def _data(walk: Walk, _: Reader) -> None:
    if walk.locked:
        rule = "data-after-schema" if walk.is_written else "scan-not-null"
        walk.found(rule, walk.catalogue.table(walk.locked))


def _commit(walk: Walk, _: Reader) -> None:
    walk.locked = ""
    walk.renamed.clear()


def _do(walk: Walk, reader: Reader) -> None:
    bodies = [
        token.inner for token in reader.tokens if token.kind in ("body", "string")
    ]
    for statement in statements(bodies[0] if bodies else ""):
        while (rest := statement.after(*BEGINNINGS)).tokens:
            _judge_inner(walk, statement.before(*BEGINNINGS))
            statement = rest
        _judge_inner(walk, statement)


def _judge_inner(walk: Walk, reader: Reader) -> None:
    texts = [token.inner for token in reader.tokens if "string" in token.kind]
    if reader.takes("EXECUTE") and texts:
        judge(walk, texts[0])
    else:
        _judge_statement(walk, reader)


STATEMENTS: dict[str, Callable[[Walk, Reader], None]] = {
    "ALTER": _alter,
    "CALL": _data,
    "CLUSTER": _cluster,
    "COMMIT": _commit,
    "COPY": _data,
    "CREATE": _create,
    "DELETE": _update,
    "DO": _do,
    "DROP": _drop,
    "INSERT": _insert,
    "LOCK": _lock,
    "MERGE": _data,
    "REFRESH": _refresh,
    "REINDEX": _reindex,
    "SELECT": _select,
    "TRUNCATE": _truncate,
    "UPDATE": _update,
    "VACUUM": _vacuum,
    "WITH": _data,
}
