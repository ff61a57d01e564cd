"""
The sums of all slots at one time, and the last of them in the file.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from heroku_support.metrics import slots as pages
from heroku_support.metrics.layout import (
    BACKLOG,
    COUNTERS,
    IN_FLIGHT,
    LISTENER,
    MEMORY,
    STUCK,
)
from heroku_support.metrics.slots import (
    ACKNOWLEDGED_PAGE,
    BEGUN,
    BEGUN_WALL,
    FRAME_COUNT,
    FRAMES,
    WITHOUT_SLOT,
    Slots,
)

FIRST_FRAME = 1 + pages.ACKNOWLEDGED
# A page's words: the two clocks, the gauges (one more than the value, 0 for none), the counters.
GAUGES_BEGIN, COUNTERS_BEGIN = 2, 16


NONE = [0] * len(COUNTERS)


class Gauges(NamedTuple):
    """
    What is summed over the processes that live; None for what cannot be read here.
    """

    workers: int
    in_flight: int
    stuck: int
    memory: int | None
    backlog: int | None


class Frame(NamedTuple):
    """
    Everything at one time, by the clock that no one sets and by the one on the wall.
    """

    monotonic: int
    wall: int
    gauges: Gauges
    totals: Sequence[int]

    def since(self, earlier: Frame) -> Sequence[int]:
        """
        Return what was counted after an earlier frame.
        """
        pairs = zip(self.totals, earlier.totals, strict=True)
        return [now - before for now, before in pairs]


def read(slots: Slots) -> Frame:
    """
    Sum up all slots: the counters of all that were ever taken, the gauges of the living.
    """
    used = list(slots.used())
    living = [slot for slot, is_alive in used if is_alive]
    counted = [slot[COUNTERS.start : COUNTERS.stop].tolist() for slot, _ in used]
    # Processes that share a listening socket share its queue.
    backlogs = {slot[LISTENER]: slot[BACKLOG] for slot in living if slot[LISTENER]}
    totals = [sum(column) for column in zip(NONE, *counted, strict=True)]
    totals[-1] = slots.header[WITHOUT_SLOT]
    return Frame(
        time.monotonic_ns(),
        time.time_ns(),
        Gauges(
            workers=len(living),
            in_flight=sum(slot[IN_FLIGHT] for slot in living),
            stuck=sum(slot[STUCK] for slot in living),
            memory=sum(slot[MEMORY] for slot in living) or None,
            backlog=sum(backlogs.values()) if backlogs else None,
        ),
        totals,
    )


def latest(slots: Slots, count: int = FRAMES) -> list[Frame]:
    """
    Return the last frames that were kept, the newest first.
    """
    kept: int = slots.header[FRAME_COUNT]
    oldest = max(0, kept - min(count, FRAMES))
    return [
        _load(slots.page(FIRST_FRAME + number % FRAMES))
        for number in range(kept - 1, oldest - 1, -1)
    ]


def keep(slots: Slots, frame: Frame) -> None:
    """
    Add a frame, in place of the oldest. Only the process that leads may.
    """
    kept = slots.header[FRAME_COUNT]
    _store(slots.page(FIRST_FRAME + kept % FRAMES), frame)
    slots.header[FRAME_COUNT] = kept + 1  # last: a reader finds all of it or nothing


def acknowledged(slots: Slots) -> Frame:
    """
    Return the frame up to which everything has arrived at Heroku; all nought at first.
    """
    frame = _load(slots.page(1 + slots.header[ACKNOWLEDGED_PAGE]))
    return frame if frame.monotonic else begin(slots)


def begin(slots: Slots) -> Frame:
    """
    Return the frame of the time before anything was counted.
    """
    monotonic, wall = slots.header[BEGUN], slots.header[BEGUN_WALL]
    return Frame(monotonic, wall, Gauges(0, 0, 0, None, None), NONE)


def acknowledge(slots: Slots, frame: Frame) -> None:
    """
    Remember that everything up to the frame has arrived.
    """
    other = 1 - slots.header[ACKNOWLEDGED_PAGE]
    _store(slots.page(1 + other), frame)
    slots.header[ACKNOWLEDGED_PAGE] = other


def _store(page: memoryview, frame: Frame) -> None:
    page[0], page[1] = frame.monotonic, frame.wall
    for index, value in enumerate(frame.gauges):
        page[GAUGES_BEGIN + index] = 0 if value is None else value + 1
    for index, total in enumerate(frame.totals):
        page[COUNTERS_BEGIN + index] = total


def _load(page: memoryview) -> Frame:
    stored = page[GAUGES_BEGIN : GAUGES_BEGIN + len(Gauges._fields)].tolist()
    workers, in_flight, stuck, memory, backlog = (value - 1 for value in stored)
    known = (each if each >= 0 else None for each in (memory, backlog))
    totals = page[COUNTERS_BEGIN : COUNTERS_BEGIN + len(COUNTERS)].tolist()
    return Frame(page[0], page[1], Gauges(workers, in_flight, stuck, *known), totals)
