"""
A map that the page draws itself: one place, those around it, north above, and how far it is.

It asks nobody for tiles, so nobody hears who looks at what.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, radians

from maps.models import Position

AROUND = 8  # places at most; the nearest of them have a number
NUMBERED = 3
FURTHEST = 5_000  # metres; what is further would make all others one dot
WIDTH, MARGIN = 380, 34  # pixels, where there is room
APART = 21  # pixels between two numbers
LOWEST, HIGHEST = 0.45, 0.8  # of the width
METRES = 111_320  # of a degree of latitude
SMALLEST = 200  # metres across, for places at one and the same corner
STEPS = [step * 10**power for power in range(1, 7) for step in (1, 2, 5)]

Point = tuple[float, float]


@dataclass(frozen=True)
class Dot:
    """
    A place on the map.

    :param number: of the nearest, in their order; 0 without one.
    """

    name: str
    x: float
    y: float
    number: int


@dataclass(frozen=True)
class TownMap:
    """
    What is drawn, in pixels from the upper left corner.

    :param scale: how long ``scale_metres`` are.
    """

    width: int
    height: int
    here: Dot
    around: list[Dot]
    scale: float
    scale_metres: int


def around(position: Position) -> TownMap:
    """
    Return the map of a place and of those around it.
    """
    nearest = [each for each in position.nearest(AROUND) if each.distance.m <= FURTHEST]
    shown = (position, *nearest)
    metres = [_metres(position, each) for each in shown]
    left, right, across = _span([x for x, _ in metres])
    top, bottom, down = _span([y for _, y in metres])
    height = round(WIDTH * min(max(down / across, LOWEST), HIGHEST))
    pixels = min((WIDTH - 2 * MARGIN) / across, (height - 2 * MARGIN) / down)
    points = _apart(
        [
            (
                WIDTH / 2 + (x - (left + right) / 2) * pixels,
                height / 2 + (y - (top + bottom) / 2) * pixels,
            )
            for x, y in metres
        ]
    )
    dots = [
        Dot(str(each.place), round(x, 1), round(y, 1), number * (number <= NUMBERED))
        for number, (each, (x, y)) in enumerate(zip(shown, points, strict=True))
    ]
    longest = max(step for step in STEPS if step * pixels <= WIDTH / 3 or step == 10)
    length = round(longest * pixels, 1)
    return TownMap(WIDTH, height, dots[0], dots[1:], length, longest)


def _metres(position: Position, other: Position) -> Point:
    # East and south of the place, as flat as a town is.
    degree = cos(radians(position.point.y)) * METRES
    return (
        (other.point.x - position.point.x) * degree,
        (position.point.y - other.point.y) * METRES,
    )


def _apart(points: list[Point]) -> list[Point]:
    # No number hides another, or the place itself.
    aside = APART if points[0][0] <= WIDTH / 2 else -APART  # towards the middle
    for number in range(1, min(NUMBERED + 1, len(points))):
        for other in range(number):
            points[number] = _beside(points[number], points[other], aside)
    return points


def _beside(point: Point, other: Point, aside: int) -> Point:
    # On the line between the two.
    across, down = point[0] - other[0], point[1] - other[1]
    length = hypot(across, down)
    if length >= APART:
        return point
    if not length:
        return other[0] + aside, other[1]
    return other[0] + across * APART / length, other[1] + down * APART / length


def _span(values: list[float]) -> tuple[float, float, float]:
    low, high = min(values), max(values)
    return low, high, max(high - low, SMALLEST)
