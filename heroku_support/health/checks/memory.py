"""
Is the dyno's memory enough? Beyond its quota it swaps (R14), and far beyond it is killed (R15).
"""

from __future__ import annotations

from functools import partial

from heroku_support.dyno import MEGABYTE
from heroku_support.errors import CheckError
from heroku_support.health.checks.call import Call
from heroku_support.metrics import catalogue
from heroku_support.metrics.current import current


def find(name: str, *, decides: bool = False, above: float = 0.85) -> list[Call]:
    """
    Return a check of the memory of all processes of the dyno.

    :param above: the part of the quota from which on it is too much.
    """
    return [Call(name, partial(look, float(above)), decides=decides)]


def look(above: float) -> None:
    """
    Look at what is measured, if anything is and if there is a quota.

    :raises CheckError: if it is too much.
    """
    recorder = current()
    gauges = recorder.snapshot().gauges() if recorder else {}
    usage = gauges.get(catalogue.MEMORY_USAGE, 0.0)
    if usage >= above:
        used = gauges[catalogue.MEMORY_USED] / MEGABYTE
        quota = gauges[catalogue.MEMORY_QUOTA] / MEGABYTE
        raise CheckError(f"{usage:.0%} are used: {used:.0f} of {quota:.0f} MB")
