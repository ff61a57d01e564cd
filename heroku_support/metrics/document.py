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
        "timers": {
            name: [seen.sum, {str(at): n for at, n in enumerate(seen.buckets) if n}]
            for name, seen in point.timers.items()
        },
    }


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
    total, found = read if isinstance(read, list) and len(read) == 2 else (0, {})
    counts = _mapping(found)
    buckets = [counts.get(str(at), 0) for at in range(BUCKETS)]
    return (
        Distribution(total, buckets)
        if all(map(_is_count, [total, *buckets]))
        else NOTHING
    )


def _numbers(read: Any, names: frozenset[str]) -> dict[str, float]:
    found = _mapping(read)
    return {
        name: found[name] for name in found if name in names and _is_number(found[name])
    }


def _is_number(read: Any) -> bool:
    return isinstance(read, (int, float)) and 0 <= read < LARGEST


def _is_positive(read: Any) -> TypeGuard[float]:
    return _is_number(read) and read > 0


def _is_count(read: Any) -> bool:
    return isinstance(read, int) and _is_number(read)


def _mapping(read: Any) -> Mapping[str, Any]:
    return read if isinstance(read, dict) else {}


def _list(read: Any) -> Sequence[Any]:
    return read if isinstance(read, list) else []


def _text(read: Any) -> str | None:
    return read if isinstance(read, str) else None
