"""
Overviews as lines of text, for a terminal of any width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from heroku_support.metrics import catalogue
from heroku_support.metrics.catalogue import Metric, Timer
from heroku_support.metrics.overview import Overview, Point

BARS = "▁▂▃▄▅▆▇█"
PLAIN_BARS = ".:-=+*#@"  # for a terminal that has no Unicode
MEGABYTE = 1024 * 1024
COMMIT = 8  # characters
UNKNOWN = "-"
# Of a table of dynos: heading, width, negative for what stands to the left.
COLUMNS = (
    *(("dyno", -12), ("release", -7), ("req/s", 7), ("5xx/s", 6), ("p95", 6)),
    *(("p99", 6), ("queue", 6), ("mem", 5), ("work", 4), ("busy", 4), ("ago", 5)),
)


def details(overview: Overview, *, width: int, bars: str = BARS) -> list[str]:
    """
    Return all about one dyno, or about a sum.
    """
    now = overview.series[-1] if overview.series else _nothing(overview.at)
    found = [
        _requests(now),
        _times("service", now, catalogue.SERVICE),
        _times("queue", now, catalogue.QUEUE),
        _standing(overview),
        _memory(overview, now),
    ]
    if overview.counters.get(catalogue.TASKS.name):
        found += [_tasks(now), _times("task", now, catalogue.TASK)]
    return [line[:width] for line in [*found, "", *_charts(overview, width, bars)]]


def table(overviews: Sequence[Overview], *, now: float, width: int) -> list[str]:
    """
    Return a line for each dyno.

    :param now: seconds since 1970, from which it is told how long ago each has reported.
    """
    headings = _row([name for name, _ in COLUMNS])
    rows = [_row(_cells(each, now)) for each in overviews]
    return [line[:width].rstrip() for line in [headings, *rows]]


def line(overview: Overview) -> str:
    """
    Return what matters most on one line.
    """
    cells = dict(zip((name for name, _ in COLUMNS), _cells(overview, 0), strict=True))
    shown = ("req/s", "5xx/s", "p95", "p99", "queue", "mem", "work", "busy")
    pairs = " ".join(f"{name}={cells[name]}" for name in shown)
    return f"{_clock(overview.at)} {cells['dyno']} {pairs}"


def heading(overview: Overview) -> str:
    """
    Return who it is: the dyno or how many, app, release and commit.
    """
    who = overview.identity
    commit = (who.commit or "")[:COMMIT]
    words = (who.dyno or "all dynos", who.app, who.release, commit)
    return "  ".join(_printable(word) for word in words if word)


def _requests(now: Point) -> str:
    classes = (
        (catalogue.RESPONSES_2XX, "2xx"),
        (catalogue.RESPONSES_3XX, "3xx"),
        (catalogue.RESPONSES_4XX, "4xx"),
        (catalogue.RESPONSES_5XX, "5xx"),
        (catalogue.EXCEPTIONS, "exceptions"),
    )
    told = "  ".join(f"{name} {_rate(now, metric)}" for metric, name in classes)
    return f"requests  {_rate(now, catalogue.REQUESTS)}/s   {told}"


def _tasks(now: Point) -> str:
    failures, retries = (
        _rate(now, each) for each in (catalogue.TASK_FAILURES, catalogue.TASK_RETRIES)
    )
    rate = _rate(now, catalogue.TASKS)
    return f"tasks     {rate}/s   failures {failures}  retries {retries}"


def _times(name: str, now: Point, timer: Timer) -> str:
    parts = (("median", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
    told = "  ".join(
        f"{word} {_time(now.quantile(timer, part)):>6}" for word, part in parts
    )
    return f"{name:<10}{told}"


def _standing(overview: Overview) -> str:
    told = (
        ("workers", catalogue.WORKERS),
        ("in flight", catalogue.IN_FLIGHT),
        ("stuck", catalogue.STUCK),
        ("backlog", catalogue.BACKLOG),
    )
    return "   ".join(f"{name:<9} {_gauge(overview, each)}" for name, each in told)


def _memory(overview: Overview, now: Point) -> str:
    used, quota, usage = (
        overview.gauges.get(metric.name)
        for metric in (
            catalogue.MEMORY_USED,
            catalogue.MEMORY_QUOTA,
            catalogue.MEMORY_USAGE,
        )
    )
    memory = UNKNOWN if used is None else f"{used / MEGABYTE:.0f} MB"
    limit = "" if quota is None else f" of {quota / MEGABYTE:.0f} MB"
    part = "" if usage is None else f", {usage:.0%}"
    cores = now.rate(catalogue.CPU)
    return f"memory    {memory}{limit}{part}   processor {cores:.0%} of a core"


def _charts(overview: Overview, width: int, bars: str) -> list[str]:
    points = overview.series
    columns: list[tuple[str, list[float | None], Callable[[float], str]]] = [
        ("requests/s", [p.rate(catalogue.REQUESTS) for p in points], _number),
        ("5xx/s", [p.rate(catalogue.RESPONSES_5XX) for p in points], _number),
        ("p95", [p.quantile(catalogue.SERVICE, 0.95) for p in points], _time),
        ("queue p95", [p.quantile(catalogue.QUEUE, 0.95) for p in points], _time),
        ("memory", [p.gauges.get("memory.used") for p in points], _megabytes),
        ("in flight", [p.gauges.get("requests.in_flight") for p in points], _number),
    ]
    room = max(1, width - 24)
    seconds = sum(point.seconds for point in points[-room:])
    lines = [f"the last {seconds / 60:.1f} minutes"]
    for name, values, told in columns:
        drawn, most = _chart(values[-room:], bars)
        lines.append(f"{name:<11}{drawn}  max {told(most)}")
    return lines


def _chart(values: Sequence[float | None], bars: str) -> tuple[str, float]:
    most = max((value for value in values if value), default=0.0)
    top = len(bars) - 1
    drawn = "".join(
        " " if value is None else bars[round(top * value / most) if most else 0]
        for value in values
    )
    return drawn, most


def _cells(overview: Overview, now: float) -> list[str]:
    last = overview.series[-1] if overview.series else _nothing(overview.at)
    usage = overview.gauges.get(catalogue.MEMORY_USAGE.name)
    return [
        _printable(overview.identity.dyno or "all"),
        _printable(overview.identity.release or UNKNOWN),
        _rate(last, catalogue.REQUESTS),
        _rate(last, catalogue.RESPONSES_5XX),
        _time(last.quantile(catalogue.SERVICE, 0.95)),
        _time(last.quantile(catalogue.SERVICE, 0.99)),
        _time(last.quantile(catalogue.QUEUE, 0.95)),
        UNKNOWN if usage is None else f"{usage:.0%}",
        _gauge(overview, catalogue.WORKERS),
        _gauge(overview, catalogue.IN_FLIGHT),
        f"{max(0.0, now - overview.at):.0f} s",
    ]


def _row(cells: Sequence[str]) -> str:
    padded = (
        cell[:-width].ljust(-width) if width < 0 else cell.rjust(width)
        for cell, (_, width) in zip(cells, COLUMNS, strict=True)
    )
    return " ".join(padded)


def _nothing(at: float) -> Point:
    return Point(at, 1.0, {}, {}, {})


def _rate(point: Point, metric: Metric) -> str:
    return _number(point.rate(metric))


def _gauge(overview: Overview, metric: Metric) -> str:
    value = overview.gauges.get(metric.name)
    return UNKNOWN if value is None else f"{value:.0f}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or not value else f"{value:.3g}"


def _megabytes(value: float) -> str:
    return f"{value / MEGABYTE:.0f} MB"


def _time(microseconds: float | None) -> str:
    if not microseconds:
        return UNKNOWN
    milliseconds = microseconds / 1000
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.3g}s"
    return f"{milliseconds:.3g}ms"


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%H:%M:%S")


def _printable(text: str) -> str:
    # What another dyno has left in the store must not move the cursor.
    return "".join(each if each.isprintable() else "?" for each in text)
