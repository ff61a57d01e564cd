"""
What a slot holds: words of eight bytes, each written by one process only.

Gauges are of the process that has the slot. Counters are never set back: whoever takes the slot
of a process that ended goes on counting where that one stopped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from math import ceil, sqrt

WORD = 8  # bytes; aligned, so that a reader sees the old value or the new, never half of each
SLOT_WORDS = 512  # a page of memory: no two processes write into the same

# Gauges. The owner's process id is there to be told apart from a slot that was left in order.
OWNER, IN_FLIGHT, STUCK, MEMORY, LISTENER, BACKLOG = range(6)
GAUGES = range(6)

RESTARTS, KILLS = 8, 9
RESPONSES_2XX, RESPONSES_3XX, RESPONSES_4XX, RESPONSES_5XX = range(10, 14)
CANCELLED, EXCEPTIONS, CPU, GC_COLLECTIONS, GC_PAUSE = range(14, 19)

TASKS, TASK_FAILURES, TASK_RETRIES = range(19, 22)

# Microseconds: from 0.1 ms to 105 s, four to a doubling. Told by their geometric middle, all
# values within one are at most 9.1 % away.
BOUNDS = tuple(round(100 * 2 ** (step / 4)) for step in range(81))
BUCKETS = len(BOUNDS) + 1
# The first word of a timer is its sum in microseconds, the others are its buckets.
SERVICE, QUEUE, LOOP_DELAY, TASK = (24 + index * (1 + BUCKETS) for index in range(4))
# Nought in every slot: counted for all in the first page, added where slots are summed.
UNCOUNTED = TASK + 1 + BUCKETS
COUNTERS = range(RESTARTS, UNCOUNTED + 1)


class Distribution:
    """
    What one timer has seen, in microseconds.
    """

    # Not a dataclass: each takes a millisecond of the start of every process.
    def __init__(self, sum_: int, buckets: Sequence[int]) -> None:
        self.sum = sum_
        self.buckets = buckets

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Distribution) and (self.sum, list(self.buckets)) == (
            other.sum,
            list(other.buckets),
        )

    @property
    def count(self) -> int:
        """
        How many values there were.
        """
        return sum(self.buckets)

    def quantile(self, part: float) -> int | None:
        """
        Return the value that this part of all values does not exceed, None without any.

        It is the middle of its bucket, so up to a tenth beside the truth.
        """
        sums = list(accumulate(self.buckets))
        if not sums[-1]:
            return None
        # The rank of the value, from 1: half of three values is the second.
        rank = max(1, ceil(part * sums[-1]))
        return _middle(bisect_left(sums, rank))


def _middle(bucket: int) -> int:
    if bucket == 0:
        return BOUNDS[0] // 2
    if bucket == len(BOUNDS):
        return BOUNDS[-1]
    return round(sqrt(BOUNDS[bucket - 1] * BOUNDS[bucket]))
