"""
The thread that measures this process each second, and reports when it leads.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from heroku_support.metrics.instruments import Requests
from heroku_support.metrics.layout import IN_FLIGHT, STUCK
from heroku_support.metrics.process import Process
from heroku_support.metrics.slots import Slots
from heroku_support.redaction import one_line

if TYPE_CHECKING:
    from heroku_support.metrics.pusher import Pusher

logger = logging.getLogger(__name__)

TICK = 1.0  # seconds


class Sampler:
    """
    One thread for one slot.

    :param pusher: makes what reports.
    :param interval: seconds between two looks at what costs more than nothing.
    :param lost: called when the slot turns out to be another process's.
    """

    def __init__(
        self,
        slots: Slots,
        slot: memoryview,
        *,
        process: Process,
        requests: Requests,
        pusher: Callable[[], Pusher],
        interval: float,
        lost: Callable[[], None],
    ) -> None:
        self._make_pusher = pusher
        self._slots = slots
        self._slot = slot
        self._process = process
        self._requests = requests
        self._interval = interval
        self._lost = lost
        self._rarely_at = 0.0
        self._has_failed = False
        self._is_abandoned = False
        self._stop = threading.Event()
        self._working = threading.Lock()

    @cached_property
    def pusher(self) -> Pusher:
        """
        What reports for the dyno.
        """
        return self._make_pusher()

    def start(self) -> None:
        """
        Begin to measure.
        """
        self._process.start()
        thread = threading.Thread(
            target=self._run, name="heroku_support metrics", daemon=True
        )
        try:
            thread.start()
        except RuntimeError as error:
            # No thread to be had; requests are counted all the same.
            logger.warning("metrics: %s", one_line(error))

    def abandon(self) -> None:
        """
        Measure no more, without a last look.

        It takes no lock: in a child, a thread that is not there may hold it for ever.
        """
        self._is_abandoned = True
        self._process.stop()

    def stop(self, deadline: float) -> None:
        """
        Look a last time, when the thread is done with what it is at or the deadline is over.
        """
        self._stop.set()
        if self._working.acquire(timeout=max(0.0, deadline - time.monotonic())):
            try:
                self._process.measure()
            finally:
                self._working.release()
        self._process.stop()

    def sample(self) -> None:
        """
        Do what there is to do each second; it never raises.
        """
        try:
            if self._slots.keep():
                self._measure()
                self.pusher.tick()
            else:
                self._lost()
        except Exception as error:  # nothing may end the thread
            level = logging.DEBUG if self._has_failed else logging.WARNING
            self._has_failed = True
            logger.log(level, "metrics: %s", one_line(error))

    def _run(self) -> None:
        while True:
            with self._working:
                if self._stop.is_set() or self._is_abandoned:
                    return
                self.sample()
            if self._stop.wait(TICK):
                return

    def _measure(self) -> None:
        now = time.monotonic()
        if now >= self._rarely_at:
            self._rarely_at = now + self._interval
            self._process.measure_rarely()
        self._process.measure()
        self._slot[STUCK] = self._requests.stuck()
        self._slot[IN_FLIGHT] = self._requests.in_flight()
