"""
Do requests wait for a worker? More dynos help then, or quicker views.
"""

from __future__ import annotations

from functools import partial

from heroku_support.errors import CheckError
from heroku_support.health.checks.call import Call
from heroku_support.metrics import catalogue
from heroku_support.metrics.current import current

P95 = catalogue.QUEUE.quantiles[list(catalogue.QUANTILES).index("p95")]


def find(name: str, *, decides: bool = False, above: float = 1.0) -> list[Call]:
    """
    Return a check of the time from the router to the middleware.

    :param above: the seconds from which on the p95 of the last interval is too long.
    """
    return [Call(name, partial(look, float(above)), decides=decides)]


def look(above: float) -> None:
    """
    Look at what is measured, if anything is.

    :raises CheckError: if it is too long.
    """
    recorder = current()
    gauges = recorder.snapshot().gauges() if recorder else {}
    waited = P95.in_seconds(gauges.get(P95, 0.0))
    if waited >= above:
        raise CheckError(f"of 20 requests one waited {waited:.1f} s or longer")
