"""
What becomes of a list or a dict that settings change in place.
"""

from __future__ import annotations

from heroku_support.manifests.python_environment import DATABASE_URLS
from heroku_support.manifests.python_expressions import LONGEST
from heroku_support.manifests.python_values import (
    Call,
    Constant,
    Sequence,
    Table,
    Value,
)


def put(value: Value, keys: list[str | None], new: Value) -> Value:
    """
    Return the dict with this under a path of keys; one that is None is not known.
    """
    key, *rest = keys
    entries = value.entries if isinstance(value, Table) else {}
    is_complete = isinstance(value, Table) and value.is_complete
    base = value.base if isinstance(value, Table) else value
    if key is None:
        return Table(value.source, value.node, {}, False, base)
    inner = entries.get(
        key, Table(new.source, new.node, {}, is_complete and key not in entries)
    )
    entry = put(inner, rest, new) if rest else new
    return Table(value.source, value.node, {**entries, key: entry}, is_complete, base)


def changed(old: Value, method: str, arguments: list[Value]) -> Value | None:
    """
    Return what a method makes of a list or dict, None where that is not known.
    """
    first = arguments[0] if arguments else None
    if isinstance(old, Sequence) and first:
        return _changed_list(old, method, arguments)
    if isinstance(old, Table) and first and method == "update":
        if isinstance(first, Table):
            entries = {**old.entries, **first.entries}
            is_complete = old.is_complete and first.is_complete
            return Table(old.source, old.node, entries, is_complete, old.base)
        # On a dyno the URL is there, and gives every entry.
        is_url = isinstance(first, Call) and first.function in DATABASE_URLS
        return first if is_url else None
    return None


def _changed_list(old: Sequence, method: str, arguments: list[Value]) -> Value | None:
    items, is_complete, last = list(old.items), old.is_complete, arguments[-1]
    if len(items) >= LONGEST:
        return None
    if method == "append":
        items.append(last)
    elif method == "extend":
        items += last.items if isinstance(last, Sequence) else ()
        is_complete = is_complete and isinstance(last, Sequence) and last.is_complete
    elif method == "insert" and isinstance(arguments[0], Constant):
        index = arguments[0].value
        if not isinstance(index, int):
            return None
        items.insert(index, last)
    else:
        return None
    return Sequence(old.source, old.node, tuple(items), is_complete)
