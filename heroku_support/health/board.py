"""
The latest report where all processes of the dyno see it: in the file that they count in.

One process checks, and the others give out what it found. The report is written by whoever holds
the lock, between two numbers of which the first is odd, and read without any lock; a sum over it
tells what was written half, on processors that write in another order as well.
"""

from __future__ import annotations

import json
import zlib
from typing import NamedTuple

from heroku_support.health.report import Report
from heroku_support.metrics.slots import Slots

SEQUENCE, MADE, LENGTH, SUM, BEGIN = range(5)
WORD = 8  # bytes
SECOND = 1_000_000_000  # nanoseconds


class Posted(NamedTuple):
    """
    A report, and when it was made, on the clock that no one sets.
    """

    report: Report
    made: float


class Board:
    """
    The place of the report in the slots of a dyno.
    """

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._words = slots.report
        self._room = (len(self._words) - BEGIN) * WORD
        self._bytes = self._words[BEGIN:].cast("B")
        self._seen = -1
        self._latest: Posted | None = None

    def take(self) -> bool:
        """
        Whether this process is the one that checks, until ``free`` or its end.
        """
        return self._slots.check()

    def free(self) -> None:
        """
        Let another process check.
        """
        self._slots.stop_checking()

    def latest(self) -> Posted | None:
        """
        Return the last report that was posted, None without one or while it is written.
        """
        sequence = self._words[SEQUENCE]
        if sequence == self._seen:
            return self._latest
        found = self._read()
        if found is None or self._words[SEQUENCE] != sequence:
            return None
        self._seen, self._latest = sequence, found
        return found

    def post(self, posted: Posted) -> None:
        """
        Show a report to all processes; only who holds the lock may. One that is too long for
        the place is not shown.
        """
        text = json.dumps(posted.report.as_dict(), separators=(",", ":")).encode()
        if len(text) > self._room:
            return
        words = self._words
        # Odd already, if whoever wrote the last one was killed meanwhile.
        writing = words[SEQUENCE] | 1
        words[SEQUENCE] = writing
        words[MADE] = int(posted.made * SECOND)
        words[LENGTH] = len(text)
        words[SUM] = zlib.crc32(text)
        self._bytes[: len(text)] = text
        words[SEQUENCE] = writing + 1

    def _read(self) -> Posted | None:
        words = self._words
        text = bytes(self._bytes[: min(words[LENGTH], self._room)])
        if not text or words[SEQUENCE] & 1 or zlib.crc32(text) != words[SUM]:
            return None
        return Posted(Report.from_dict(json.loads(text)), words[MADE] / SECOND)
