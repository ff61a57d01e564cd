"""
How numbers are written for a person.
"""

from __future__ import annotations

from datetime import datetime, timezone

SECOND = 1_000_000  # microseconds
GIGABYTE = 1024  # megabytes


def clock(seconds: float) -> str:
    """
    Write a time since 1970 as it is on the clock.
    """
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%H:%M:%S}"


def duration(microseconds: float) -> str:
    """
    Write how long something took.
    """
    if microseconds >= SECOND:
        return f"{microseconds / SECOND:.3g} s"
    milliseconds = microseconds / 1000
    return f"{milliseconds:.2g} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"


def megabytes(count: float) -> str:
    """
    Write an amount of memory.
    """
    return f"{count:,.0f} MB" if count < 10 * GIGABYTE else f"{count / GIGABYTE:.3g} GB"


def hundredths(count: float) -> str:
    """
    Write a number that is about one.
    """
    return f"{count:.2f}"


def per_second(rate: float) -> str:
    """
    Write a rate.
    """
    return f"{number(rate)}/s"


def number(value: float) -> str:
    """
    Write a number that may be small.
    """
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def whole(value: float) -> str:
    """
    Write a number of things.
    """
    return f"{value:,.0f}"
