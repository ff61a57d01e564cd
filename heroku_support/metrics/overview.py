"""
What a dyno tells a person: who it is, how it stands now, and how its last minutes were.

Times are in microseconds and memory in bytes, as they are counted. Rates and percentiles are not
kept but made: what is kept, counts with the seconds they took and the buckets of each timer, can
be added over dynos.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from heroku_support.dyno import Dyno
from heroku_support.metrics import frames, snapshot
from heroku_support.metrics.catalogue import METRICS, Metric, Timer
from heroku_support.metrics.frames import Frame
from heroku_support.metrics.layout import BUCKETS, Distribution
from heroku_support.metrics.slots import FRAMES, Slots
from heroku_support.metrics.snapshot import SECOND

COUNTERS = tuple(
    each for each in METRICS if each.kind == "counter" and not each.is_part_of_timer
)
GAUGES = tuple(each for each in METRICS if each.kind == "gauge" and not each.statistic)
NOTHING = Distribution(0, [0] * BUCKETS)
# The leader may be writing over the oldest of all frames while they are read.
READABLE = FRAMES - 1


class Identity(NamedTuple):
    """
    Who tells it; None for what is not known, or not the same for all that are summed.
    """

    dyno: str | None
    process_type: str | None
    app: str | None
    release: str | None
    commit: str | None

    @classmethod
    def of(cls, dyno: Dyno) -> Identity:
        """
        Return what the environment says.
        """
        name, process_type = dyno.name or "local", dyno.process_type or "local"
        app, release = dyno.app_name, dyno.release_version
        return cls(name, process_type, app, release, dyno.commit)


@dataclass(frozen=True)
class Point:
    """
    One interval.

    :param at: its end, in seconds since 1970.
    :param seconds: how long it was.
    :param counts: what was counted in it, by the metric's name.
    :param gauges: how it stood at its end, by the metric's name.
    :param timers: what was timed in it, by the timer's name.
    """

    at: float
    seconds: float
    counts: Mapping[str, float]
    gauges: Mapping[str, float]
    timers: Mapping[str, Distribution]

    def rate(self, metric: Metric) -> float:
        """
        Return what was counted for each second; of a time, the seconds.
        """
        return metric.in_seconds(self.counts.get(metric.name, 0)) / self.seconds

    def quantile(self, timer: Timer, part: float) -> int | None:
        """
        Return the time that this part of all times does not exceed, None without any.
        """
        return self.timers.get(timer.name, NOTHING).quantile(part)

    def covers(self, time: float) -> bool:
        """
        Whether a time, in seconds since 1970, lies within the interval.
        """
        return self.at - self.seconds < time <= self.at


@dataclass(frozen=True)
class Overview:
    """
    One dyno, or the sum of several.

    :param at: when it was taken, in seconds since 1970.
    :param interval: seconds between two points.
    :param gauges: how it stands, by the metric's name.
    :param counters: what was counted from the beginning, by the metric's name.
    :param series: the last minutes, the oldest interval first.
    """

    identity: Identity
    at: float
    interval: float
    gauges: Mapping[str, float]
    counters: Mapping[str, float]
    series: Sequence[Point]


def take(slots: Slots, dyno: Dyno, *, interval: float) -> Overview:
    """
    Read the slots of a dyno.

    :param interval: seconds between two frames.
    """
    taken = snapshot.take(slots, dyno.memory)
    kept = frames.latest(slots, READABLE)
    if len(kept) < READABLE:
        kept.append(frames.begin(slots))
    pairs = [pair for pair in pairwise(reversed(kept)) if pair[0][0] < pair[1][0]]
    counters = taken.counters()
    return Overview(
        Identity.of(dyno),
        taken.frame.wall / SECOND,
        interval,
        _gauges(taken.frame, dyno.memory),
        {metric.name: counters[metric] for metric in COUNTERS},
        [point(*pair, quota=dyno.memory) for pair in pairs],
    )


def point(first: Frame, last: Frame, *, quota: int | None) -> Point:
    """
    Return what was between two frames.
    """
    totals = last.since(first)
    counts, timers = snapshot.counted(totals), snapshot.timed(totals)
    return Point(
        last.wall / SECOND,
        (last.monotonic - first.monotonic) / SECOND,
        {metric.name: counts[metric] for metric in COUNTERS if counts[metric]},
        _gauges(last, quota),
        {timer.name: seen for timer, seen in timers.items() if seen.count},
    )


def _gauges(frame: Frame, quota: int | None) -> dict[str, float]:
    return {
        metric.name: value
        for metric, value in snapshot.standing(frame.gauges, quota).items()
    }
