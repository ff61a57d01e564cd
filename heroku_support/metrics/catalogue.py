"""
Every metric there is: its kind, its unit, and how each exit spells it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["counter", "gauge"]
    Unit = Literal["1", "time", "bytes", "ratio"]

# Heroku's page shows milliseconds, Prometheus and OpenTelemetry ask for base units.
DOTTED_SUFFIX = {"time": ".ms", "bytes": ".bytes"}
PROMETHEUS_SUFFIX = {"time": "_seconds", "bytes": "_bytes", "ratio": "_ratio"}
# UCUM, as OpenTelemetry's semantic conventions have it.
OTLP_UNIT = {"time": "s", "bytes": "By"}


class Metric(NamedTuple):
    """
    One number, and what it is called.

    :param statistic: what is told of a timer: its ``sum``, ``count``, or a quantile.
    """

    name: str
    kind: Kind
    unit: Unit
    help: str
    statistic: str = ""

    def dotted(self, prefix: str) -> str:
        """
        Return the name for Heroku, statsd and l2met.
        """
        name = f"{prefix}.{self.name}" if prefix else self.name
        suffix = DOTTED_SUFFIX.get(self.unit, "")
        return f"{name}{suffix}.{self.statistic}" if self.statistic else name + suffix

    def prometheus(self, prefix: str) -> str:
        """
        Return the name for Prometheus.
        """
        words = [prefix, self.name]
        if self.is_part_of_timer:
            ending = f"{PROMETHEUS_SUFFIX[self.unit]}_{self.statistic}"
        else:
            words.append(self.statistic)
            total = "_total" if self.kind == "counter" else ""
            ending = PROMETHEUS_SUFFIX.get(self.unit, "") + total
        return re.sub(r"^(?=\d)|\W", "_", "_".join(filter(None, words)) + ending)

    def otlp(self, prefix: str) -> str:
        """
        Return the name for OpenTelemetry, where the unit stands beside it.
        """
        statistic = "" if self.is_part_of_timer else self.statistic
        return ".".join(filter(None, [prefix, self.name, statistic]))

    @property
    def is_part_of_timer(self) -> bool:
        """
        Whether Prometheus has it in a summary, and OpenTelemetry in a histogram.
        """
        return self.statistic in ("sum", "count")

    @property
    def otlp_unit(self) -> str:
        """
        The unit for OpenTelemetry.
        """
        return OTLP_UNIT.get(self.unit, "1")

    def in_milliseconds(self, value: float) -> float:
        """
        Return a value, times in microseconds, as Heroku, statsd and l2met get it.
        """
        return value / 1000 if self.is_time else value

    def in_seconds(self, value: float) -> float:
        """
        Return a value, times in microseconds, as Prometheus and OpenTelemetry get it.
        """
        return value / 1_000_000 if self.is_time else value

    @property
    def is_time(self) -> bool:
        """
        Whether the value is a time, and not how many times there were.
        """
        return self.unit == "time" and self.statistic != "count"


def _counter(name: str, text: str, unit: Unit = "1") -> Metric:
    return Metric(name, "counter", unit, text)


def _gauge(name: str, text: str, unit: Unit = "1") -> Metric:
    return Metric(name, "gauge", unit, text)


REQUESTS = _counter("requests", "Requests that have ended.")
RESPONSES_2XX = _counter("responses.2xx", "Responses with a status below 300.")
RESPONSES_3XX = _counter("responses.3xx", "Responses with a status of 300 to 399.")
RESPONSES_4XX = _counter("responses.4xx", "Responses with a status of 400 to 499.")
RESPONSES_5XX = _counter("responses.5xx", "Responses with a status from 500.")
CANCELLED = _counter(
    "requests.cancelled", "Requests whose client left before the answer (ASGI)."
)
EXCEPTIONS = _counter("exceptions", "Exceptions that nothing in the project handled.")
CPU = _counter("cpu", "Processor time, of user and system.", "time")
GC_COLLECTIONS = _counter("gc.collections", "Runs of the garbage collector.")
GC_PAUSE = _counter("gc.pause", "Time for which the collector ran.", "time")
TASKS = _counter("tasks", "Celery tasks that have ended.")
TASK_FAILURES = _counter("tasks.failures", "Celery tasks that have failed.")
TASK_RETRIES = _counter("tasks.retries", "Celery tasks that are to be tried again.")
RESTARTS = _counter("worker.restarts", "Processes that replaced one that had ended.")
KILLS = _counter("worker.kills", "Of those that were replaced, killed ones.")
UNCOUNTED = _counter("worker.uncounted", "Processes that found no room to count in.")

WORKERS = _gauge("workers", "Processes that serve requests or run tasks.")
IN_FLIGHT = _gauge("requests.in_flight", "Requests that are being answered.")
STUCK = _gauge("requests.stuck", "Requests in flight for more than 25 seconds.")
BACKLOG = _gauge("backlog", "Connections that wait to be accepted.")
MEMORY_USED = _gauge("memory.used", "Memory of these processes.", "bytes")
MEMORY_QUOTA = _gauge("memory.quota", "Memory that the dyno may use.", "bytes")
MEMORY_USAGE = _gauge("memory.usage", "Part of the quota that is used.", "ratio")

TIMERS = {
    "service": "Time from the middleware's start to the response",
    "queue": "Time from the router to the middleware",
    "eventloop.delay": "Time by which the event loop was late (ASGI)",
    "task": "Time that a Celery task ran",
}
QUANTILES = {"median": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


class Timer:
    """
    The numbers that are told of one timer.

    :param quantiles: in the order of ``QUANTILES``.
    """

    # Not a dataclass: each takes a millisecond of the start of every process.
    def __init__(
        self, name: str, sum_: Metric, count: Metric, quantiles: Sequence[Metric]
    ) -> None:
        self.name = name
        self.sum = sum_
        self.count = count
        self.quantiles = quantiles


def _timer(name: str, text: str) -> Timer:
    quantiles = tuple(
        Metric(name, "gauge", "time", f"{text}, {each} of the last interval.", each)
        for each in QUANTILES
    )
    return Timer(
        name,
        Metric(name, "counter", "time", f"{text}, summed.", "sum"),
        Metric(name, "counter", "time", f"{text}, how many.", "count"),
        quantiles,
    )


SERVICE, QUEUE, LOOP_DELAY, TASK = (_timer(name, text) for name, text in TIMERS.items())

METRICS: tuple[Metric, ...] = (
    *(REQUESTS, RESPONSES_2XX, RESPONSES_3XX, RESPONSES_4XX, RESPONSES_5XX),
    *(CANCELLED, EXCEPTIONS, CPU, GC_COLLECTIONS, GC_PAUSE),
    *(TASKS, TASK_FAILURES, TASK_RETRIES),
    *(RESTARTS, KILLS, UNCOUNTED),
    *(WORKERS, IN_FLIGHT, STUCK, BACKLOG, MEMORY_USED, MEMORY_QUOTA, MEMORY_USAGE),
    *(
        metric
        for timer in (SERVICE, QUEUE, LOOP_DELAY, TASK)
        for metric in (timer.sum, timer.count, *timer.quantiles)
    ),
)
