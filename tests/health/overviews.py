"""
Overviews as dynos tell them.
"""

from __future__ import annotations

from bisect import bisect_left

from heroku_support.metrics.layout import BOUNDS, BUCKETS, Distribution
from heroku_support.metrics.overview import Identity, Overview, Point

NOW = 1_800_000_000.0
INTERVAL = 20.0
MEGABYTE = 1 << 20
GAUGES = {
    "workers": 2,
    "requests.in_flight": 1,
    "backlog": 0,
    "memory.used": 256 * MEGABYTE,
    "memory.quota": 512 * MEGABYTE,
    "memory.usage": 0.5,
}


def timed(*milliseconds: float) -> Distribution:
    """
    Return what a timer has seen.
    """
    buckets = [0] * BUCKETS
    for each in milliseconds:
        buckets[bisect_left(BOUNDS, each * 1000)] += 1
    return Distribution(round(sum(milliseconds) * 1000), buckets)


def overview(name: str = "web.1", *, points: int = 31, requests: int = 100) -> Overview:
    """
    Return the overview of a dyno that has answered so many requests in each interval.
    """
    series = [
        Point(
            NOW - INTERVAL * ago,
            INTERVAL,
            {"requests": requests, "responses.5xx": 2, "cpu": 5_000_000},
            GAUGES,
            {"service": timed(*[20] * 95, *[300] * 5), "queue": timed(5)},
        )
        for ago in range(points - 1, -1, -1)
    ]
    identity = Identity(name, "web", "shop", "v42", "c0ffee")
    return Overview(identity, NOW, INTERVAL, GAUGES, {"requests": 3100}, series)
