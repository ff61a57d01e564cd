"""
The sum of several dynos' overviews.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from heroku_support.metrics import catalogue
from heroku_support.metrics.layout import Distribution
from heroku_support.metrics.overview import READABLE, Identity, Overview, Point

LATE = 2.5  # intervals without a report, after which nobody waits for a dyno's next one
NOBODY = Identity(None, None, None, None, None)
WORKERS, USED, QUOTA, USAGE = (
    metric.name
    for metric in (
        catalogue.WORKERS,
        catalogue.MEMORY_USED,
        catalogue.MEMORY_QUOTA,
        catalogue.MEMORY_USAGE,
    )
)


def total(overviews: Sequence[Overview]) -> Overview:
    """
    Return the sum of several dynos; of none, nothing.

    Their intervals do not begin together. A point of the sum has, of each dyno, the interval
    that its middle lies in: rates and gauges are added, and a percentile is that of all the
    values. A dyno that has no such interval adds nothing.
    """
    interval = max((each.interval for each in overviews), default=0.0)
    return Overview(
        _common([each.identity for each in overviews]),
        max((each.at for each in overviews), default=0.0),
        interval,
        _add_gauges([each.gauges for each in overviews]),
        _add(each.counters for each in overviews),
        _total_series(overviews, interval),
    )


def _total_series(overviews: Sequence[Overview], interval: float) -> list[Point]:
    found = [each.series for each in overviews if each.series]
    if not found:
        return []
    newest = max(series[-1].at for series in found)
    # No further than all that still report have come: else the last point would lack some.
    end = min(
        series[-1].at for series in found if newest - series[-1].at < LATE * interval
    )
    begin = min(series[0].at - series[0].seconds for series in found)
    count = min(int((end - begin) / interval), READABLE)
    ends = [end - interval * ago for ago in range(count - 1, -1, -1)]
    return [_total_point(found, at, interval) for at in ends]


def _total_point(found: Iterable[Sequence[Point]], at: float, seconds: float) -> Point:
    middle = at - seconds / 2
    points = [point for series in found for point in series if point.covers(middle)]
    names = {name for point in points for name in point.timers}
    return Point(
        at,
        seconds,
        # As many as there would be in this time at the rate of each.
        _add(
            {
                name: count * seconds / point.seconds
                for name, count in point.counts.items()
            }
            for point in points
        ),
        _add_gauges([point.gauges for point in points]),
        {
            name: _merge(
                [point.timers[name] for point in points if name in point.timers]
            )
            for name in sorted(names)
        },
    )


def _add(found: Iterable[Mapping[str, float]]) -> dict[str, float]:
    added: dict[str, float] = {}
    for each in found:
        for name, value in each.items():
            added[name] = added.get(name, 0) + value
    return added


def _add_gauges(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    # One that has ended in order uses no memory, and no quota.
    living = [each for each in found if each.get(WORKERS, 1)] or found
    added = _add(living)
    added.pop(USAGE, None)
    # Of some only, they would say less than there is, or more.
    for name in (USED, QUOTA):
        if not all(name in each for each in living):
            added.pop(name, None)
    if USED in added and added.get(QUOTA):
        added[USAGE] = round(added[USED] / added[QUOTA], 4)
    return added


def _merge(found: Sequence[Distribution]) -> Distribution:
    buckets = [
        sum(column) for column in zip(*(each.buckets for each in found), strict=True)
    ]
    return Distribution(sum(each.sum for each in found), buckets)


def _common(identities: Sequence[Identity]) -> Identity:
    columns = [set(column) for column in zip(*identities, strict=True)]
    agreed = (column.pop() if len(column) == 1 else None for column in columns)
    return Identity(*agreed) if columns else NOBODY
