"""
Which conditions hold on a dyno.
"""

from __future__ import annotations

from heroku_support.manifests.python_environment import ENVIRON, variable
from heroku_support.manifests.python_values import (
    Call,
    Constant,
    Reference,
    Sequence,
    Table,
    Value,
    text_of,
)

# Set on every dyno, and by Heroku CI only (Dev Center, "Dynos", "Heroku CI").
SET, UNSET = frozenset({"DYNO", "PORT"}), frozenset({"CI", "GITHUB_ACTIONS"})
ARGUMENTS = "sys.argv"
LOCAL_COMMANDS = frozenset({"test", "runserver"})  # which no dyno runs


def truth(value: Value) -> bool | None:
    """
    Whether it counts as true, None where that depends on other things.
    """
    if isinstance(value, Constant):
        return bool(value.value)
    if isinstance(value, Sequence):
        return True if value.items else (False if value.is_complete else None)
    if isinstance(value, Table):
        return True if value.entries else (False if value.is_complete else None)
    read = variable(value)
    if read and read.is_text:
        return True if read.name in SET else _unset(read.name)
    if isinstance(value, Call) and value.function == "bool" and value.arguments:
        return truth(value.arguments[0])
    return None


def _unset(name: str) -> bool | None:
    return False if name in UNSET else None


def is_none(value: Value) -> bool | None:
    """
    Whether it is None.
    """
    if isinstance(value, Constant):
        return value.value is None
    known = truth(value)
    return None if known is None else not known


def is_in(left: Value, right: Value) -> bool | None:
    """
    Whether the one is in the other.
    """
    text = text_of(left)
    if isinstance(right, Reference) and text is not None:
        if right.name == ENVIRON:
            return True if text in SET else _unset(text)
        if right.name == ARGUMENTS and text in LOCAL_COMMANDS:
            return False
    if isinstance(right, Sequence) and text is not None:
        if text in right.texts:
            return True
        all_known = right.is_complete and len(right.texts) == len(right.items)
        return False if all_known else None
    return None
