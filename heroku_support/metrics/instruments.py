"""
Count requests: how many, how they ended, how long they took and had waited.

Both paths of the middleware call these; they never block for long, and never raise.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable
from itertools import count
from time import perf_counter_ns, time_ns

from heroku_support.metrics.layout import (
    BOUNDS,
    CANCELLED,
    EXCEPTIONS,
    IN_FLIGHT,
    QUEUE,
    RESPONSES_2XX,
    RESPONSES_3XX,
    RESPONSES_4XX,
    RESPONSES_5XX,
    SERVICE,
)

# Django's name for the header of the router.
REQUEST_START = "HTTP_X_REQUEST_START"
STUCK_AFTER = 25  # seconds; after 30 the router gives up with H12
LONGEST_QUEUE = 600 * 1_000_000  # microseconds; what is longer is no time of a router
EARLIEST = 946_684_800 * 1_000_000  # 2000-01-01; what is before is no date
LONGEST_HEADER = 64  # characters
HEROKU_DIGITS = 13  # milliseconds, until the year 2286
# By the number of digits: seconds, milliseconds, microseconds, nanoseconds.
MICROSECONDS = {10: 1_000_000.0, 13: 1000.0, 16: 1.0, 19: 0.001}

SERVICE_BUCKETS, QUEUE_BUCKETS = SERVICE + 1, QUEUE + 1
NOTHING = (None, None)
CLASSES = (
    *([RESPONSES_2XX] * 3),  # 0 to 2: an informational status is never the last
    *(RESPONSES_3XX, RESPONSES_4XX),
    *([RESPONSES_5XX] * 5),
)


class Requests:
    """
    The requests of this process.

    :param attach: makes sure that this process has a slot, or something in its place.
    """

    def __init__(self, attach: Callable[[], memoryview]) -> None:
        self._attach = attach
        self.forget()

    def forget(self) -> None:
        """
        Begin anew, in a child: its parent's requests are not its own.
        """
        # New, because a thread that is not there may hold the old one.
        self._lock = threading.Lock()
        self._active: dict[int, tuple[int, int | None]] = {}
        self._keys = count()
        self._slot: memoryview | None = None

    def begin(self, request_start: str | None) -> int:
        """
        Count a request as begun.

        :param request_start: the header with the time at which the router had it.
        :return: what ``end`` wants to know.
        """
        slot = self._slot
        if slot is None:
            slot = self._slot = self._attach()
        key = next(self._keys)
        active = self._active
        active[key] = (
            perf_counter_ns(),
            queue_time(request_start) if request_start else None,
        )
        # Without the lock: were another thread to write an older number, the next request
        # or the next second would mend it.
        slot[IN_FLIGHT] = len(active)
        return key

    def end(self, key: int, status: int) -> None:
        """
        Count a request as answered.
        """
        self._end(key, CLASSES[status // 100] if 0 <= status < 1000 else RESPONSES_5XX)

    def cancel(self, key: int) -> None:
        """
        Count a request as given up by its client.
        """
        self._end(key, CANCELLED)

    def count_exception(self) -> None:
        """
        Count an exception that nothing in the project handled.
        """
        slot = self._slot
        if slot is not None:
            with self._lock:
                slot[EXCEPTIONS] += 1

    def stuck(self) -> int:
        """
        Return how many requests the router is about to give up, or has.
        """
        begun_before = perf_counter_ns() - STUCK_AFTER * 1_000_000_000
        return sum(begun < begun_before for begun, _ in self._active.copy().values())

    def in_flight(self) -> int:
        """
        Return how many requests are being answered.
        """
        return len(self._active)

    def _end(self, key: int, word: int) -> None:
        active, slot = self._active, self._slot
        begun, queued = active.pop(key, NOTHING)
        if slot is None or begun is None:  # begun in the parent of this process
            return
        took = (perf_counter_ns() - begun) // 1000
        with self._lock:
            slot[word] += 1
            slot[SERVICE] += took
            slot[SERVICE_BUCKETS + bisect_left(BOUNDS, took)] += 1
            if queued is not None:
                slot[QUEUE] += queued
                slot[QUEUE_BUCKETS + bisect_left(BOUNDS, queued)] += 1
            slot[IN_FLIGHT] = len(active)


def queue_time(request_start: str) -> int | None:
    """
    Return the microseconds since the router had a request, None if the header is no time.

    Heroku's router writes milliseconds; nginx writes ``t=`` and seconds with a fraction. Of
    several values the last counts: whatever a client has sent stands before.
    """
    if len(request_start) == HEROKU_DIGITS and request_start.isdecimal():
        sent = int(request_start) * 1000
    else:
        sent = _microseconds(request_start)
    waited = time_ns() // 1000 - sent
    if sent < EARLIEST or waited > LONGEST_QUEUE:
        return None
    return waited if waited > 0 else 0  # the clocks of router and dyno differ a little


def _microseconds(header: str) -> int:
    """
    Return a time since 1970, 0 if it is none.
    """
    text = header.rpartition(",")[2].strip().removeprefix("t=")
    digits, _, fraction = text.partition(".")
    factor = MICROSECONDS.get(len(digits))
    is_number = (digits + fraction).isdecimal() and len(text) <= LONGEST_HEADER
    return int(float(text) * factor) if factor and is_number else 0
