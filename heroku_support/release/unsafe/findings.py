"""
What is said about an unsafe operation.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent

BREAKS = "breaks-running-code"
LOCKS = "locks-table"


@dataclass(frozen=True)
class Finding:
    """
    One operation that is unsafe, for one reason.

    :param migration: as ``app.name``.
    :param operation: in Django's words.
    :param kind: ``breaks-running-code`` or ``locks-table``.
    :param rule: the name of what was found, see ``docs/reference/unsafe-migrations.md``.
    :param message: why it is unsafe.
    :param instead: the migrations to write in its place.
    """

    migration: str
    operation: str
    kind: str
    rule: str
    message: str
    instead: str

    @property
    def line(self) -> str:
        """
        All but the way out, on one line.
        """
        return (
            f"{self.migration}: {self.kind} ({self.rule}): "
            f"{self.operation}: {self.message}"
        )

    @property
    def way_out(self) -> str:
        """
        The way out, below such a line.
        """
        return indent(self.instead, "    ")

    def __str__(self) -> str:
        return f"{self.line}\n{self.way_out}"
