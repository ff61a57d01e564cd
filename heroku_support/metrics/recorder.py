"""
All that one process does for the dyno's metrics: its slot, its instruments, its thread.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from heroku_support.metrics.instruments import Requests
from heroku_support.metrics.layout import SLOT_WORDS, WORD
from heroku_support.metrics.process import LoopWatch, Process
from heroku_support.metrics.sampler import Sampler
from heroku_support.metrics.slots import Slots
from heroku_support.metrics.tasks import Tasks
from heroku_support.redaction import one_line

if TYPE_CHECKING:
    from heroku_support.metrics.pusher import Pusher
    from heroku_support.metrics.snapshot import Snapshot

logger = logging.getLogger(__name__)

LAST_WORDS = 1.0  # seconds for all that is done when the last process ends


class Recorder:
    """
    Count in this process, from its first request on, and report if no other process does.

    Made before a fork, it serves all children: each has a slot and a thread of its own.

    :param open_slots: called once, by the first process that counts.
    :param pusher: makes what reports, for these slots; called in the thread that measures.
    :param port: the port that the server listens on, None if it is not known.
    :param interval: seconds between two looks at what costs more than nothing.
    :param quota: bytes of memory that the dyno may use.
    """

    def __init__(
        self,
        open_slots: Callable[[], Slots],
        pusher: Callable[[Slots], Pusher],
        *,
        port: int | None,
        interval: float,
        quota: int | None,
    ) -> None:
        self._open_slots = open_slots
        self._make_pusher = pusher
        self._port = port
        self._interval = interval
        self._quota = quota
        self._slots: Slots | None = None
        self._sampler: Sampler | None = None
        self._watch: LoopWatch | None = None
        self._has_left = False
        self.requests = Requests(self.attach)
        self.tasks = Tasks(self.attach)
        self.forget()

    def forget(self) -> None:
        """
        Begin anew, as a child does: slot and thread are its parent's, and so may be the lock.
        """
        self._lock = threading.Lock()
        self._slot: memoryview | None = None
        if self._sampler:
            self._sampler.abandon()
            self._sampler = None
        self._unwatch()
        if self._slots:
            self._slots.forget()
            if not self._slots.is_shared:
                self._slots = None
        self.requests.forget()
        self.tasks.forget()

    def attach(self) -> memoryview:
        """
        Return what this process counts in; the first time, claim a slot and start to measure.
        """
        with self._lock:
            if self._slot is None:
                self._slot = self._claim()
            return self._slot

    def snapshot(self) -> Snapshot:
        """
        Return the numbers of the dyno as they are now.
        """
        from heroku_support.metrics import snapshot  # few processes are asked for it

        return snapshot.take(self.slots(), self._quota)

    def slots(self) -> Slots:
        """
        Return the slots of the dyno, of which this process has one from now on.
        """
        self.attach()
        return self._slots_of_dyno()

    def watch_loop(self) -> None:
        """
        Measure how late the running event loop is, if it is not measured yet.
        """
        loop = asyncio.get_running_loop()
        if self._watch is None or self._watch.loop is not loop:
            self._unwatch()
            self._watch = LoopWatch(self.attach(), loop)

    def leave(self, *, is_replaced: bool = False) -> None:
        """
        Stop to count, and report what is left if no other process can.

        :param is_replaced: another process comes, and will.
        """
        deadline = time.monotonic() + LAST_WORDS
        sampler, slots = self._sampler, self._slots
        if sampler is None or slots is None:
            return
        self._has_left = True
        self.requests.forget()
        sampler.stop(deadline)
        slots.release()
        self.forget()
        if not (is_replaced or slots.has_others):
            sampler.pusher.finish(deadline)
        slots.stop_leading()

    def _claim(self) -> memoryview:
        try:
            slot = None if self._has_left else self._slots_of_dyno().claim()
            if slot is not None:
                self._sampler = self._start(slot)
                return slot
        except Exception as error:  # counted nowhere, but the request must be served
            logger.warning("metrics: %s", one_line(error))
        return memoryview(bytearray(SLOT_WORDS * WORD)).cast("Q")

    def _slots_of_dyno(self) -> Slots:
        if self._slots is None:
            self._slots = self._open_slots()
        return self._slots

    def _start(self, slot: memoryview) -> Sampler:
        slots = self._slots_of_dyno()
        sampler = Sampler(
            slots,
            slot,
            process=Process(slot, self._port),
            requests=self.requests,
            pusher=partial(self._make_pusher, slots),
            interval=self._interval,
            lost=self.forget,
        )
        sampler.start()
        return sampler

    def _unwatch(self) -> None:
        if self._watch:
            self._watch.stop()
            self._watch = None
