"""
What the helpers decided, fit to be shown.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Decision(NamedTuple):
    """
    One setting: its value with secrets hidden, where it came from, and why it is so.
    """

    setting: str
    value: Any
    source: str
    why: str
