"""
Lines over time as SVG, and the same numbers as a table.

Drawn here and not by a script, so that there is one drawing, with and without JavaScript. All
coordinates are text: a template would write numbers as the project's language does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import floor, log10
from typing import NamedTuple

# Units of the drawing, about as many as pixels on a phone.
WIDTH, HEIGHT = 360, 148
LEFT, RIGHT, TOP, BOTTOM = 52, 354, 8, 124
DEPTH = BOTTOM - TOP
LABELS_END, LABELS_BASE = LEFT - 6, HEIGHT - 6
ACROSS, DOWN = (LEFT + RIGHT) // 2, (TOP + BOTTOM) // 2  # the middle
# What an axis may end with, times a power of ten; half of it is as round.
STEPS = (1, 2, 4, 6, 8, 10)
PARTS = (1, 0.5, 0)  # of the axis, where the grid has lines
UNKNOWN = "–"

Format = Callable[[float], str]


class Series(NamedTuple):
    """
    One line: a value for each time, None where there was none.
    """

    name: str
    values: Sequence[float | None]

    @property
    def known(self) -> list[float]:
        """
        The values that there are.
        """
        return [value for value in self.values if value is not None]


class Line(NamedTuple):
    """
    A series as it is drawn, and its last value.
    """

    name: str
    path: str
    latest: str


class Mark(NamedTuple):
    """
    A place on an axis, and what is written beside it.
    """

    at: str
    label: str


class Stop(NamedTuple):
    """
    One time: what is told when its strip of the drawing is pointed at, and its row of the table.
    """

    label: str
    at: str
    strip: tuple[str, str]  # where it begins, and its width
    cells: Sequence[str]
    text: str


@dataclass(frozen=True)
class Chart:
    """
    What the template needs.

    :param summary: the drawing in words.
    :param stops: the newest first.
    """

    name: str
    summary: str
    rows: Sequence[Mark]
    columns: Sequence[Mark]
    lines: Sequence[Line]
    stops: Sequence[Stop]

    @property
    def is_empty(self) -> bool:
        """
        Whether there is no line to be seen.
        """
        return not any(line.path for line in self.lines)


def draw(
    name: str,
    series: Sequence[Series],
    *,
    times: Sequence[float],
    clock: Format,
    form: Format,
    least: float,
) -> Chart:
    """
    Return the chart of lines over the same times.

    :param times: in seconds, the oldest first; one at least.
    :param clock: writes a time.
    :param form: writes a value with its unit.
    :param least: what the axis goes up to at least, so that noise does not look like a mountain.
    """
    highest = max((value for each in series for value in each.known), default=0.0)
    top = _ceiling(max(highest, least))
    across = _across(times)
    lines = [
        Line(each.name, _path(each.values, across, top), _told(each.values[-1], form))
        for each in series
    ]
    return Chart(
        name=name,
        summary="; ".join(_in_words(each, form) for each in series),
        rows=[Mark(_down(part * top, top), form(part * top)) for part in PARTS],
        columns=_columns(times),
        lines=lines,
        stops=list(_stops(series, across, [clock(time) for time in times], form))[::-1],
    )


def ago(seconds: float) -> str:
    """
    Write how long ago something was.
    """
    if seconds < 1:
        return "now"
    return f"{seconds:.0f} s ago" if seconds < 90 else f"{seconds / 60:.0f} min ago"


def _ceiling(value: float) -> float:
    power = 10.0 ** floor(log10(value))
    # Not a grid line higher for the last digit of a float.
    return next(step * power for step in STEPS if step * power >= value * 0.999)


def _across(times: Sequence[float]) -> list[float]:
    first, last = times[0], times[-1]
    wide = (last - first) or 1.0
    return [RIGHT - (RIGHT - LEFT) * (last - time) / wide for time in times]


def _down(value: float, top: float) -> str:
    return _text(BOTTOM - (BOTTOM - TOP) * value / top)


def _text(coordinate: float) -> str:
    return f"{coordinate:.1f}"


def _path(values: Sequence[float | None], across: Sequence[float], top: float) -> str:
    """
    Return a path with a gap where there is no value; a value alone is a dot.
    """
    points = [
        None if value is None else f"{_text(x)} {_down(value, top)}"
        for value, x in zip(values, across, strict=True)
    ]
    groups = (list(found) for is_known, found in groupby(points, bool) if is_known)
    # A line of no length has round ends, which are a dot.
    return "".join(f"M{'L'.join(map(str, group))}h0" for group in groups)


def _columns(times: Sequence[float]) -> list[Mark]:
    whole = times[-1] - times[0]
    ages = ((LEFT, whole), (ACROSS, whole / 2), (RIGHT, 0.0))
    return [Mark(_text(x), ago(age)) for x, age in ages if x == RIGHT or age]


def _stops(
    series: Sequence[Series],
    across: Sequence[float],
    labels: Sequence[str],
    form: Format,
) -> Iterator[Stop]:
    edges = [LEFT, *((one + other) / 2 for one, other in pairwise(across)), RIGHT]
    for index, label in enumerate(labels):
        begin, end = edges[index], edges[index + 1]
        cells = [_told(each.values[index], form) for each in series]
        named = (
            f"{each.name} {cell}" for each, cell in zip(series, cells, strict=True)
        )
        yield Stop(
            label,
            _text(across[index]),
            (_text(begin), _text(end - begin)),
            cells,
            f"{label}: {', '.join(named)}",
        )


def _in_words(series: Series, form: Format) -> str:
    if not series.known:
        return f"{series.name}: no values"
    latest = _told(series.values[-1], form)
    least, most = form(min(series.known)), form(max(series.known))
    return f"{series.name}: {latest} at last, between {least} and {most}"


def _told(value: float | None, form: Format) -> str:
    return UNKNOWN if value is None else form(value)
