"""
Whether a Python is in a range of versions, as pyproject.toml and a Pipfile write it.
"""

from __future__ import annotations

import re

CLAUSE = re.compile(r"\s*(===?|!=|~=|>=|<=|>|<|\^|~|)\s*(\d+(?:\.\d+)*)(\.\*)?\s*\Z")
LONGEST = 200  # characters of a range
PATCHES = 99  # more than any series had


def allows(specifier: str, version: tuple[int, ...]) -> bool | None:
    """
    Return whether some release of a version, or series, is in the range; None where unclear.

    :param specifier: ``>=3.11,<4``, or as Poetry writes it, ``^3.11``.
    :param version: (3, 13) for any release of the series.
    """
    clauses = re.split(r"[,\s]\s*(?=[=!~<>^])", specifier[:LONGEST])
    found = [_allows(clause, version) for clause in clauses if clause.strip()]
    if None in found or not found:
        return None
    return all(found)


def _allows(clause: str, version: tuple[int, ...]) -> bool | None:
    match = CLAUSE.match(clause)
    if not match:
        return True if clause.strip() == "*" else None
    operator, bound = match[1], tuple(int(part[:9]) for part in match[2].split("."))
    first, last = _padded(version, 0), _padded(version, PATCHES)
    if operator in ("", "==", "==="):
        same = version[: len(bound)] == bound[: len(version)]
        return same if match[3] or operator == "==" or not operator else None
    if operator == "!=":
        return None if match[3] or version == bound else True
    if operator in (">=", "~=", "^", "~"):
        return last >= _padded(bound, 0) and (
            operator == ">=" or first < _end(operator, bound)
        )
    if operator == ">":
        return last > _padded(bound, 0)
    return first < _padded(bound, 0) or (
        operator == "<=" and first == _padded(bound, 0)
    )


def _end(operator: str, bound: tuple[int, ...]) -> tuple[int, ...]:
    # ^3.11 ends before 4, ~3.11 and ~3.11.2 before 3.12, ~=3.11 before 4, ~=3.11.2 before 3.12.
    is_major = operator == "^" or (operator == "~=" and len(bound) < 3)
    if is_major or len(bound) == 1:
        return _padded((bound[0] + 1,), 0)
    return _padded((bound[0], bound[1] + 1), 0)


def _padded(version: tuple[int, ...], by: int) -> tuple[int, ...]:
    return (*version[:3], *([by] * (3 - len(version))))
