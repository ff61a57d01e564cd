"""
The numbers of the whole dyno at one time, as the exits tell them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from heroku_support.metrics import catalogue, frames, layout
from heroku_support.metrics.catalogue import QUANTILES, Metric, Timer
from heroku_support.metrics.frames import Frame, Gauges
from heroku_support.metrics.layout import BUCKETS, COUNTERS, Distribution
from heroku_support.metrics.slots import Slots

SECOND = 1_000_000_000  # nanoseconds
ANSWERED = range(layout.RESPONSES_2XX, layout.CANCELLED + 1)
WORDS = {
    catalogue.RESPONSES_2XX: layout.RESPONSES_2XX,
    catalogue.RESPONSES_3XX: layout.RESPONSES_3XX,
    catalogue.RESPONSES_4XX: layout.RESPONSES_4XX,
    catalogue.RESPONSES_5XX: layout.RESPONSES_5XX,
    catalogue.CANCELLED: layout.CANCELLED,
    catalogue.EXCEPTIONS: layout.EXCEPTIONS,
    catalogue.CPU: layout.CPU,
    catalogue.GC_COLLECTIONS: layout.GC_COLLECTIONS,
    catalogue.GC_PAUSE: layout.GC_PAUSE,
    catalogue.TASKS: layout.TASKS,
    catalogue.TASK_FAILURES: layout.TASK_FAILURES,
    catalogue.TASK_RETRIES: layout.TASK_RETRIES,
    catalogue.RESTARTS: layout.RESTARTS,
    catalogue.KILLS: layout.KILLS,
    catalogue.UNCOUNTED: layout.UNCOUNTED,
}
TIMERS = {
    catalogue.SERVICE: layout.SERVICE,
    catalogue.QUEUE: layout.QUEUE,
    catalogue.LOOP_DELAY: layout.LOOP_DELAY,
    catalogue.TASK: layout.TASK,
}


class Snapshot(NamedTuple):
    """
    What all processes have counted; times are in microseconds.

    :param begun: the frame of the time before anything was counted.
    :param interval: the first and the last frame of the last whole interval.
    :param quota: bytes that the dyno may use, None where nothing limits it.
    """

    frame: Frame
    begun: Frame
    interval: tuple[Frame, Frame] | None
    quota: int | None

    def counters(self, since: Frame | None = None) -> dict[Metric, int]:
        """
        Return what was counted, from the beginning or after an earlier frame.
        """
        return counted(self.frame.since(since) if since else self.frame.totals)

    def gauges(self) -> dict[Metric, float]:
        """
        Return how it stands now, and the quantiles of the last interval.
        """
        return {**standing(self.frame.gauges, self.quota), **self._quantiles()}

    def in_interval(self) -> dict[Metric, int]:
        """
        Return what was counted in the last interval, nothing if there was none yet.
        """
        if not self.interval:
            return {}
        first, last = self.interval
        return counted(last.since(first))

    def rates(self) -> dict[Metric, float]:
        """
        Return what was counted in the last interval for each second of it.
        """
        if not self.interval:
            return {}
        first, last = self.interval
        seconds = (last.monotonic - first.monotonic) / SECOND
        return {
            metric: metric.in_seconds(count) / seconds
            for metric, count in self.in_interval().items()
        }

    def distributions(self) -> dict[Timer, Distribution]:
        """
        Return all that each timer has seen.
        """
        return timed(self.frame.totals)

    def _quantiles(self) -> dict[Metric, float]:
        if not self.interval:
            return {}
        first, last = self.interval
        totals = last.since(first)
        found = {
            metric: _seen(timer, totals).quantile(part)
            for timer in TIMERS
            for metric, part in zip(timer.quantiles, QUANTILES.values(), strict=True)
        }
        return {metric: value for metric, value in found.items() if value is not None}


def take(slots: Slots, quota: int | None) -> Snapshot:
    """
    Read all slots, and what was kept of the last interval.
    """
    kept = [*frames.latest(slots, 2), frames.begin(slots)][:2]
    interval = (kept[1], kept[0]) if len(kept) == 2 else None
    return Snapshot(frames.read(slots), frames.begin(slots), interval, quota)


def standing(gauges: Gauges, quota: int | None) -> dict[Metric, float]:
    """
    Return how it stands, without what cannot be read.
    """
    found = {
        catalogue.WORKERS: gauges.workers,
        catalogue.IN_FLIGHT: gauges.in_flight,
        catalogue.STUCK: gauges.stuck,
        catalogue.BACKLOG: gauges.backlog,
        catalogue.MEMORY_USED: gauges.memory,
        catalogue.MEMORY_QUOTA: quota,
        catalogue.MEMORY_USAGE: _ratio(gauges.memory, quota),
    }
    return {metric: value for metric, value in found.items() if value is not None}


def counted(totals: Sequence[int]) -> dict[Metric, int]:
    """
    Return what the words of the counters say.
    """
    found = {metric: totals[_index(word)] for metric, word in WORDS.items()}
    found[catalogue.REQUESTS] = sum(totals[_index(word)] for word in ANSWERED)
    for timer in TIMERS:
        seen = _seen(timer, totals)
        found[timer.sum], found[timer.count] = seen.sum, seen.count
    return {metric: found[metric] for metric in catalogue.METRICS if metric in found}


def timed(totals: Sequence[int]) -> dict[Timer, Distribution]:
    """
    Return what each timer has seen.
    """
    return {timer: _seen(timer, totals) for timer in TIMERS}


def _seen(timer: Timer, totals: Sequence[int]) -> Distribution:
    begin = _index(TIMERS[timer])
    return Distribution(totals[begin], totals[begin + 1 : begin + 1 + BUCKETS])


def _index(word: int) -> int:
    return word - COUNTERS.start


def _ratio(used: int | None, quota: int | None) -> float | None:
    return round(used / quota, 4) if used is not None and quota else None
