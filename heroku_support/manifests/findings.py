"""
What a rule found: where, what, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
DOCS = (
    "https://github.com/django-heroku-support/django-heroku-support"
    "/blob/main/docs/reference/rules.md"
)


@dataclass(frozen=True)
class Edit:
    """
    Characters of a file's text, and what belongs in their place.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, order=True)
class Finding:
    """
    One thing that is wrong.

    :param fix: what mends it, a line to paste if that is possible.
    :param edits: the same for ``--fix``, where it is mechanical.
    """

    path: str
    line: int
    column: int
    rule: str
    severity: Severity
    message: str
    fix: str
    edits: tuple[Edit, ...] = field(default=(), compare=False)

    @property
    def url(self) -> str:
        """
        The page of the rule.
        """
        return f"{DOCS}#{self.rule}"

    def as_dict(self) -> Mapping[str, Any]:
        """
        Return it as JSON takes it.
        """
        return {
            "rule": self.rule,
            "severity": self.severity,
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "fix": self.fix,
            "url": self.url,
        }


@dataclass(frozen=True)
class Problem:
    """
    What a reader could not read, or read only by guessing; its rule reports it.
    """

    rule: str
    offset: int
    message: str
    fix: str
    edits: tuple[Edit, ...] = ()


def applied(text: str, edits: Iterable[Edit]) -> str:
    """
    Return the text with the edits made; of two that overlap the first.
    """
    at, parts = 0, []
    for edit in sorted(set(edits), key=lambda each: (each.start, each.end)):
        if edit.start >= at:
            parts += [text[at : edit.start], edit.text]
            at = edit.end
    return "".join([*parts, text[at:]])
