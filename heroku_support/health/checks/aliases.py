"""
Which of several connections a check is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def chosen(aliases: str | Sequence[str], known: Iterable[str]) -> list[str]:
    """
    Return the aliases that a setting names, one or several.

    :raises ValueError: if one of them is not known.
    """
    asked = [aliases] if isinstance(aliases, str) else list(aliases)
    known = list(known)
    for alias in asked:
        if alias not in known:
            raise ValueError(f"there is no alias {alias!r}, but {', '.join(known)}")
    return asked
