"""
What a process can tell of itself: memory, processor, garbage collector, accept queue, event loop.
"""

from __future__ import annotations

import asyncio
import gc
import os
import time
from bisect import bisect_left
from pathlib import Path

from heroku_support.metrics import listener
from heroku_support.metrics.layout import (
    BACKLOG,
    BOUNDS,
    CPU,
    GC_COLLECTIONS,
    GC_PAUSE,
    LISTENER,
    LOOP_DELAY,
    MEMORY,
)

PROC = Path("/proc/self")
LOOP_PERIOD = 0.1  # seconds between two looks at the event loop


class Process:
    """
    Measure this process into its slot.

    :param port: the port that the server listens on; any if it is not known.
    """

    def __init__(self, slot: memoryview, port: int | None) -> None:
        self._slot = slot
        self._port = port
        self._cpu = time.process_time_ns()
        self._collecting = 0
        self._listener: int | None = None

    def start(self) -> None:
        """
        Hear of each run of the garbage collector.
        """
        gc.callbacks.append(self._collected)

    def stop(self) -> None:
        """
        Measure no more; as well in a child, whose parent's slot this is.
        """
        gc.callbacks[:] = [each for each in gc.callbacks if each != self._collected]

    def measure(self) -> None:
        """
        Look at what costs next to nothing.
        """
        now = time.process_time_ns()
        # Whole microseconds; what is left counts the next time.
        used = (now - self._cpu) // 1000
        self._cpu += used * 1000
        self._slot[CPU] += used
        self._measure_backlog()

    def measure_rarely(self) -> None:
        """
        Look at the memory, all of which the kernel goes through, and find the listening socket.
        """
        self._slot[MEMORY] = memory()
        if self._listener is None:
            self._listener = listener.find(self._port)

    def _collected(self, phase: str, found: dict[str, int]) -> None:
        # Without a lock: it may come while this very thread holds one, and never twice at once.
        if phase == "start":
            self._collecting = time.perf_counter_ns()
            return
        took = (time.perf_counter_ns() - self._collecting) // 1000
        self._slot[GC_COLLECTIONS] += 1
        self._slot[GC_PAUSE] += took

    def _measure_backlog(self) -> None:
        if self._listener is None:
            return
        found = listener.backlog(self._listener, self._port)
        if found is None:  # the server has closed it
            self._listener = None
            self._slot[LISTENER] = 0
            return
        self._slot[BACKLOG] = found.waiting
        self._slot[LISTENER] = found.inode


class LoopWatch:
    """
    Measure how late an event loop is, for as long as it runs.
    """

    def __init__(self, slot: memoryview, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._slot = slot
        self._schedule()

    def _schedule(self) -> None:
        self._expected = self.loop.time() + LOOP_PERIOD
        self._handle = self.loop.call_at(self._expected, self._look)

    def stop(self) -> None:
        """
        Look no more.
        """
        self._handle.cancel()

    def _look(self) -> None:
        late = max(0, int((self.loop.time() - self._expected) * 1_000_000))
        self._slot[LOOP_DELAY] += late
        self._slot[LOOP_DELAY + 1 + bisect_left(BOUNDS, late)] += 1
        self._schedule()


def memory(proc: Path = PROC) -> int:
    """
    Return the bytes of memory of this process, 0 where that cannot be read.

    What several processes share is divided among them, unless the kernel does not tell.
    """
    return _proportional(proc / "smaps_rollup") or _resident(proc / "statm")


def _proportional(path: Path) -> int:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    sizes = (line.split()[1] for line in lines if line.startswith("Pss:"))
    return int(next(sizes, "0")) * 1024


def _resident(path: Path) -> int:
    try:
        pages = path.read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
