"""
What the page shows of an overview: a few numbers of now, and charts of the last minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from heroku_support.health.charts import UNKNOWN, Chart, Format, Series, draw
from heroku_support.health.wording import (
    clock,
    duration,
    hundredths,
    megabytes,
    number,
    per_second,
    whole,
)
from heroku_support.metrics import catalogue
from heroku_support.metrics.catalogue import QUANTILES, Metric, Timer
from heroku_support.metrics.overview import Overview, Point

MEGABYTE = 1 << 20  # as Heroku counts them
SHOWN = ("median", "p95", "p99")
TEN_MS = 10_000  # microseconds
QUICKER = "95% are quicker"

# A name, the lines, how their values are written, and what the axis goes up to at least.
Drawing = tuple[str, Sequence[Series], Format, float]


class Figure(NamedTuple):
    """
    A number of now, and what it is compared with.
    """

    name: str
    value: str
    note: str


COLUMNS = (
    *("Requests/s", "5xx/s", "Service p95", "Queue p95"),
    *("Memory", "Workers", "In flight"),
)


def figures(overview: Overview) -> list[Figure]:
    """
    Return what to read first.
    """
    answers = [
        Figure("Requests", _rate(overview, catalogue.REQUESTS), "a second"),
        Figure("Server errors", _rate(overview, catalogue.RESPONSES_5XX), "a second"),
        Figure("Service time", _p95(overview, catalogue.SERVICE), QUICKER),
        Figure("Queue time", _p95(overview, catalogue.QUEUE), QUICKER),
    ]
    works = [
        Figure("Tasks", _rate(overview, catalogue.TASKS), "a second"),
        Figure("Failed tasks", _rate(overview, catalogue.TASK_FAILURES), "a second"),
        Figure("Task time", _p95(overview, catalogue.TASK), QUICKER),
    ]
    return [
        *(answers if _answers(overview) else []),
        *(works if _works(overview) else []),
        Figure("Memory", _memory(overview), _quota(overview)),
        Figure("In flight", _gauge(overview, catalogue.IN_FLIGHT), _workers(overview)),
    ]


def charts(overview: Overview) -> list[Chart]:
    """
    Return the charts; none before the first interval is over.
    """
    points = overview.series
    times = [point.at for point in points]
    answers: list[Drawing] = [
        ("Throughput", _throughput(points), per_second, 1),
        ("Service time", _timer(points, catalogue.SERVICE), duration, TEN_MS),
        ("Queue time", _timer(points, catalogue.QUEUE), duration, TEN_MS),
    ]
    works: list[Drawing] = [
        ("Tasks", _tasks(points), per_second, 1),
        ("Task time", _timer(points, catalogue.TASK), duration, TEN_MS),
    ]
    drawings: list[Drawing] = [
        *(answers if _answers(overview) else []),
        *(works if _works(overview) else []),
        ("Memory", _memories(points), megabytes, 64),
        ("Workers", _processes(points), whole, 2),
        ("Processor", _processor(points), hundredths, 0.2),
    ]
    return [
        draw(name, series, times=times, clock=clock, form=form, least=least)
        for name, series, form, least in (drawings if points else ())
    ]


def row(overview: Overview) -> list[str]:
    """
    Return a dyno's numbers in the order of ``COLUMNS``.
    """
    return [
        _rate(overview, catalogue.REQUESTS),
        _rate(overview, catalogue.RESPONSES_5XX),
        _p95(overview, catalogue.SERVICE),
        _p95(overview, catalogue.QUEUE),
        _memory(overview),
        _gauge(overview, catalogue.WORKERS),
        _gauge(overview, catalogue.IN_FLIGHT),
    ]


def _works(overview: Overview) -> bool:
    """
    Whether it is a dyno that runs tasks.
    """
    return bool(overview.counters.get(catalogue.TASKS.name))


def _answers(overview: Overview) -> bool:
    """
    Whether it is a dyno that answers requests, as one does that has nothing to do yet.
    """
    return bool(overview.counters.get(catalogue.REQUESTS.name)) or not _works(overview)


def _throughput(points: Sequence[Point]) -> list[Series]:
    return [
        Series("all", [point.rate(catalogue.REQUESTS) for point in points]),
        Series(
            "errors, 5xx", [point.rate(catalogue.RESPONSES_5XX) for point in points]
        ),
    ]


def _tasks(points: Sequence[Point]) -> list[Series]:
    return [
        Series("all", [point.rate(catalogue.TASKS) for point in points]),
        Series("failed", [point.rate(catalogue.TASK_FAILURES) for point in points]),
    ]


def _timer(points: Sequence[Point], timer: Timer) -> list[Series]:
    return [
        Series(name, [point.quantile(timer, QUANTILES[name]) for point in points])
        for name in SHOWN
    ]


def _memories(points: Sequence[Point]) -> list[Series]:
    used = [_in_megabytes(point.gauges, catalogue.MEMORY_USED) for point in points]
    quota = [_in_megabytes(point.gauges, catalogue.MEMORY_QUOTA) for point in points]
    return _with_known(Series("used", used), Series("quota", quota))


def _processes(points: Sequence[Point]) -> list[Series]:
    workers = Series("workers", _standing(points, catalogue.WORKERS))
    in_flight = Series("in flight", _standing(points, catalogue.IN_FLIGHT))
    waiting = Series("waiting", _standing(points, catalogue.BACKLOG))
    return _with_known(workers, in_flight, waiting)


def _processor(points: Sequence[Point]) -> list[Series]:
    return [
        Series("cores in use", [point.rate(catalogue.CPU) for point in points]),
        Series(
            "garbage collection", [point.rate(catalogue.GC_PAUSE) for point in points]
        ),
    ]


def _with_known(first: Series, *others: Series) -> list[Series]:
    """
    Leave out what cannot be read here.
    """
    return [first, *(each for each in others if each.known)]


def _standing(points: Sequence[Point], metric: Metric) -> list[float | None]:
    return [point.gauges.get(metric.name) for point in points]


def _rate(overview: Overview, metric: Metric) -> str:
    points = overview.series
    return number(points[-1].rate(metric)) if points else UNKNOWN


def _p95(overview: Overview, timer: Timer) -> str:
    found = overview.series[-1].quantile(timer, 0.95) if overview.series else None
    return UNKNOWN if found is None else duration(found)


def _gauge(overview: Overview, metric: Metric) -> str:
    found = overview.gauges.get(metric.name)
    return UNKNOWN if found is None else whole(found)


def _memory(overview: Overview) -> str:
    used = _in_megabytes(overview.gauges, catalogue.MEMORY_USED)
    return UNKNOWN if used is None else megabytes(used)


def _quota(overview: Overview) -> str:
    quota = _in_megabytes(overview.gauges, catalogue.MEMORY_QUOTA)
    usage = overview.gauges.get(catalogue.MEMORY_USAGE.name)
    if quota is None or usage is None:
        return "no limit known"
    return f"{usage:.0%} of {megabytes(quota)}"


def _in_megabytes(gauges: Mapping[str, float], metric: Metric) -> float | None:
    found = gauges.get(metric.name)
    return None if found is None else found / MEGABYTE


def _workers(overview: Overview) -> str:
    count = _gauge(overview, catalogue.WORKERS)
    return f"in {count} worker" if count == "1" else f"in {count} workers"
