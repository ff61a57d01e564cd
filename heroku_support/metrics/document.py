"""
An overview as JSON, which dynos of one release write and those of another may read.

Names that are not known are left out; a newer release may have them. What is not as it should be
is left out as well: nothing that one dyno writes may keep another from showing the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from heroku_support.metrics.layout import BUCKETS, Distribution
from heroku_support.metrics.overview import (
    COUNTERS,
    GAUGES,
    NOTHING,
    Identity,
    Overview,
    Point,
)
from heroku_support.metrics.snapshot import TIMERS

VERSION = 1  # of what the numbers mean; a name more is no other version
LARGEST = 1 << 63  # no number here is so large, or negative
COUNTER_NAMES = frozenset(each.name for each in COUNTERS)
GAUGE_NAMES = frozenset(each.name for each in GAUGES)
TIMER_NAMES = frozenset(each.name for each in TIMERS)


def dump(overview: Overview) -> str:
    """
    Return the JSON, without what is nought.
    """
    written = {
        "version": VERSION,
        **overview.identity._asdict(),
        "at": overview.at,
        "interval": overview.interval,
        "gauges": overview.gauges,
        "counters": overview.counters,
        "series": [_written(point) for point in overview.series],
    }
    return json.dumps(written, separators=(",", ":"), allow_nan=False)


def load(text: str | bytes) -> Overview:
    """
    Read the JSON.

    :raises ValueError: if it is no overview, or of another version.
    """
    read = _mapping(json.loads(text))
    at, interval = read.get("at"), read.get("interval")
    is_this_version = read.get("version") == VERSION
    if not (is_this_version and _is_positive(at) and _is_positive(interval)):
        raise ValueError("no overview of this version")
    return Overview(
        Identity(*(_text(read.get(name)) for name in Identity._fields)),
        at,
        interval,
        _numbers(read.get("gauges"), GAUGE_NAMES),
        _numbers(read.get("counters"), COUNTER_NAMES),
        [
            point
            for each in _list(read.get("series"))
            for point in _point(_mapping(each))
        ],
    )


def _written(point: Point) -> dict[str, Any]:
    return {
        "at": point.at,
        "seconds": point.seconds,
        "counts": point.counts,
        "gauges": point.gauges,
        "timers": {name: _span(seen) for name, seen in point.timers.items()},
    }


def _span(seen: Distribution) -> list[int]:
    """
    Return the sum, the first bucket that is not empty, and all up to the last such.
    """
    filled = [at for at, count in enumerate(seen.buckets) if count] or [0]
    return [seen.sum, filled[0], *seen.buckets[filled[0] : filled[-1] + 1]]


def _point(read: Mapping[str, Any]) -> Iterator[Point]:
    at, seconds = read.get("at"), read.get("seconds")
    if not (_is_positive(at) and _is_positive(seconds)):
        return
    timers = _mapping(read.get("timers"))
    yield Point(
        at,
        seconds,
        _numbers(read.get("counts"), COUNTER_NAMES),
        _numbers(read.get("gauges"), GAUGE_NAMES),
        {name: _distribution(timers[name]) for name in timers if name in TIMER_NAMES},
    )


def _distribution(read: Any) -> Distribution:
    span = read if isinstance(read, list) else []
    are_counts = all(isinstance(each, int) and 0 <= each < LARGEST for each in span)
    if not are_counts or not 2 < len(span) <= 2 + BUCKETS - span[1]:
        return NOTHING
    total, first, *counts = span
    rest = BUCKETS - first - len(counts)
    return Distribution(total, [0] * first + counts + [0] * rest)


def _numbers(read: Any, names: frozenset[str]) -> dict[str, float]:
    found = _mapping(read)
    return {
        name: found[name] for name in found if name in names and _is_number(found[name])
    }


def _is_number(read: Any) -> bool:
    return isinstance(read, (int, float)) and 0 <= read < LARGEST


def _is_positive(read: Any) -> TypeGuard[float]:
    return _is_number(read) and read > 0


def _mapping(read: Any) -> Mapping[str, Any]:
    return read if isinstance(read, dict) else {}


def _list(read: Any) -> Sequence[Any]:
    return read if isinstance(read, list) else []


def _text(read: Any) -> str | None:
    return read if isinstance(read, str) else None
