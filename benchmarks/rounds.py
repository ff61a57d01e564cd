"""
Take samples in interleaved rounds, reduce them to medians, print tables and verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)
Sample = Mapping[str, float]  # column → figure


@dataclass(frozen=True)
class Limit:
    """
    The most a column may show for us, and how its figures are written.
    """

    column: str
    most: float
    form: str
    unit: str

    def holds(self, figure: float) -> bool:
        """
        Say whether the figure stays within the limit.
        """
        return figure <= self.most

    def verdict(self, figure: float) -> str:
        """
        Write the figure with the limit beside it.
        """
        word = "ok" if self.holds(figure) else "MISSED"
        measured, most = (format(value, self.form) for value in (figure, self.most))
        return f"{self.column} {measured} {self.unit} (limit {most}) {word}"


def play(
    measure: Callable[[Name], Sample], names: Sequence[Name], *, rounds: int
) -> list[dict[Name, Sample]]:
    """
    Measure each name once a round; every round starts one name later.
    """
    played = []
    for turn in range(rounds):
        start = turn % len(names)
        order = [*names[start:], *names[:start]]
        played.append({name: measure(name) for name in order})
    return played


def medians(
    played: Sequence[Mapping[str, Sample]],
) -> dict[str, dict[str, float]]:
    """
    Return each name's medians.
    """
    return {
        name: {
            column: median(turn[name][column] for turn in played)
            for column in played[0][name]
        }
        for name in played[0]
    }


def medians_over(
    played: Sequence[Mapping[str, Sample]], baseline: str
) -> dict[str, dict[str, float]]:
    """
    Return each name's median difference from the baseline of the same round.

    A machine that slows down for a while slows both sides of a difference.
    """
    return {
        name: {
            column: median(
                turn[name][column] - turn[baseline][column] for turn in played
            )
            for column in played[0][name]
        }
        for name in played[0]
    }


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """
    Lay out a Markdown table: the first column to the left, figures to the right.
    """
    lines = [header, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(header))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_row(line, widths) for line in [header, rule, *lines[1:]])


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(padded)} |"
