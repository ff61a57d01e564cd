"""
Prometheus' text format 0.0.4, as a Prometheus server and heroku/agentmon read it.

agentmon ends when a page is not to its taste: one TYPE a family, a newline at the end, no NaN. It
drops histograms and what has no type; it makes counters of a summary's sum and count.
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.metrics.catalogue import Metric
from heroku_support.metrics.snapshot import TIMERS, Snapshot

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
RATE = "_per_second"


def render(snapshot: Snapshot, prefix: str) -> bytes:
    """
    Return the page.
    """
    return "".join(_lines(snapshot, prefix)).encode()


def _lines(snapshot: Snapshot, prefix: str) -> Iterator[str]:
    counters = snapshot.counters()
    for metric, value in counters.items():
        if not metric.is_part_of_timer:
            name = metric.prometheus(prefix)
            yield from _family(name, "counter", metric.help)
            yield f"{name} {_number(metric, value)}\n"
    for timer in TIMERS:
        total, count = timer.sum.prometheus(prefix), timer.count.prometheus(prefix)
        yield from _family(total.removesuffix("_sum"), "summary", timer.sum.help)
        yield f"{total} {_number(timer.sum, counters[timer.sum])}\n"
        yield f"{count} {_number(timer.count, counters[timer.count])}\n"
    for metric, gauge in snapshot.gauges().items():
        name = metric.prometheus(prefix)
        yield from _family(name, "gauge", metric.help)
        yield f"{name} {_number(metric, gauge)}\n"
    for metric, rate in snapshot.rates().items():
        name = metric.prometheus(prefix).removesuffix("_total") + RATE
        yield from _family(
            name, "gauge", f"{metric.help} A second of the last interval."
        )
        yield f"{name} {rate!r}\n"


def _family(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}\n"
    yield f"# TYPE {name} {kind}\n"


def _number(metric: Metric, value: float) -> str:
    return repr(metric.in_seconds(value))
