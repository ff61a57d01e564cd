"""
Report for the whole dyno, by one process: the one that leads.

Any process may lead; it does until it ends, and within a second another one goes on where it
stopped. What was reported is in the file that all share.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from typing import Protocol

from heroku_support.metrics import frames, snapshot
from heroku_support.metrics.errors import ExitError
from heroku_support.metrics.slots import DUE, Slots
from heroku_support.metrics.snapshot import SECOND, Snapshot
from heroku_support.redaction import one_line

logger = logging.getLogger(__name__)

TIMEOUT = 5.0  # seconds for a whole post
# Seconds between two tries, so that four minutes have one to spare.
LONGEST_PAUSE = 120.0


class Exit(Protocol):
    """
    A way for a snapshot to leave.
    """

    name: str

    def send(self, snapshot: Snapshot, deadline: float) -> None:
        """
        Let it leave before the deadline; raise if it did not.
        """


class Route:
    """
    An exit, and how it went the last times.
    """

    def __init__(self, exit_: Exit) -> None:
        self._exit = exit_
        self._failures = 0
        self._retry_at = 0.0

    def wants(self, *, is_due: bool) -> bool:
        """
        Whether to send now: when it is due, or once the pause after a failure is over.
        """
        if not self._failures:
            return is_due
        return time.monotonic() >= self._retry_at

    def send(self, found: Snapshot, deadline: float) -> None:
        """
        Send, and remember whether that went well; it never raises.
        """
        try:
            self._exit.send(found, deadline)
        except Exception as error:  # whatever an exit runs into, the others must go on
            self._failed(error)
            return
        if self._failures:
            logger.info("metrics: %s: works again", self._exit.name)
        self._failures = 0

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        # At random, so that not all dynos come back at once.
        pause = min(2.0**self._failures, LONGEST_PAUSE) * random.uniform(0.5, 1.0)
        self._retry_at = time.monotonic() + pause
        quiet = self._failures > 1 or (isinstance(error, ExitError) and error.quiet)
        logger.log(
            logging.DEBUG if quiet else logging.WARNING,
            "metrics: %s: %s; it is tried again",
            self._exit.name,
            one_line(error),
        )


class Pusher:
    """
    Keep a frame each interval, and let snapshots leave.

    :param interval: seconds.
    :param quota: bytes of memory that the dyno may use.
    """

    def __init__(
        self, slots: Slots, exits: Sequence[Exit], *, interval: float, quota: int | None
    ) -> None:
        self._slots = slots
        self._routes = [Route(each) for each in exits]
        self._interval = round(interval * SECOND)
        self._quota = quota

    def tick(self) -> None:
        """
        Do what is due, if this process leads; called about each second.
        """
        if not self._slots.lead():
            return
        if is_due := self._is_due():
            frames.keep(self._slots, frames.read(self._slots))
        wanting = [route for route in self._routes if route.wants(is_due=is_due)]
        self._send(wanting, time.monotonic() + TIMEOUT * len(wanting))

    def finish(self, deadline: float) -> None:
        """
        Report what is left, as the last process.

        Another that ends at the same time may lead still; then there is most likely nothing left.
        """
        while not self._slots.lead():
            if time.monotonic() > deadline:
                return
            time.sleep(0.01)
        frame = frames.read(self._slots)
        kept = frames.latest(self._slots, 1)
        if kept and kept[0].totals == frame.totals:
            return
        frames.keep(self._slots, frame)
        self._send(self._routes, deadline)

    def _send(self, routes: Sequence[Route], deadline: float) -> None:
        if routes:
            found = snapshot.take(self._slots, self._quota)
            for route in routes:
                route.send(found, min(deadline, time.monotonic() + TIMEOUT))

    def _is_due(self) -> bool:
        now, due = time.monotonic_ns(), self._slots.header[DUE]
        if not due:  # the first process: dynos that start together report one by one
            self._slots.header[DUE] = now + round(
                self._interval * random.uniform(0.5, 1)
            )
            return False
        # What lies further ahead was meant by another interval.
        if now < due <= now + self._interval:
            return False
        following = due + self._interval
        is_ahead = now < following <= now + self._interval
        self._slots.header[DUE] = following if is_ahead else now + self._interval
        return True
