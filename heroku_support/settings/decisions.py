"""
What the helpers decided, fit to be shown.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from heroku_support.redaction import redact


class Decision(NamedTuple):
    """
    One setting: its value with secrets hidden, where it came from, and why it is so.
    """

    setting: str
    value: Any
    source: str
    why: str


def decision(setting: str, value: Any, source: str, why: str) -> Decision:
    """
    Return a decision whose value has no secret in it.
    """
    return Decision(setting, redact(setting, value), source, why)
