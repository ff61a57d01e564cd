"""
The memory that the processes of a dyno count in: one file, one slot a process.

Nothing here needs Django. Each slot has one writer, the process that holds its lock; everybody
reads all of them. Where there is no such file, a process counts in memory of its own.
"""

from __future__ import annotations

import errno
import mmap
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from heroku_support.metrics.errors import SlotsError
from heroku_support.metrics.layout import (
    GAUGES,
    KILLS,
    OWNER,
    RESTARTS,
    SLOT_WORDS,
    WORD,
)

MAGIC = int.from_bytes(
    b"django\x00\x02", "big"
)  # the last byte is the layout's version
SLOTS = 256  # as many worker processes as WEB_CONCURRENCY may ask for
FRAMES = 32  # pages of history, see frames.py
ACKNOWLEDGED = 2  # pages: one is read while the other is written
REPORT = 4  # pages, for the readiness report: see health/board.py
PAGES = 1 + ACKNOWLEDGED + FRAMES + REPORT + SLOTS
SIZE = PAGES * SLOT_WORDS * WORD
FIRST_SLOT = PAGES - SLOTS
FIRST_REPORT = FIRST_SLOT - REPORT
MODE = 0o600
NOUGHT = memoryview(bytes(SLOT_WORDS * WORD)).cast("Q")

# Words of the first page. Begun and due are monotonic times, in nanoseconds.
MAGIC_WORD, BEGUN, BEGUN_WALL, DUE, FRAME_COUNT, ACKNOWLEDGED_PAGE, WITHOUT_SLOT = (
    range(7)
)
# A word for each slot: how often it was taken. Here, so that nobody looks at a page in vain.
FIRST_CLAIM = 16

# Bytes that are locked; what stands in them does not matter.
LEADER, OPENING, CHECKING, FIRST_OWNER = range(4)
ATTEMPTS = 8  # to open the file, while others remove and make it
NOT_OURS = (errno.ELOOP, errno.EACCES)  # a symbolic link, a file of another user


class Locks(Protocol):
    """
    Locks on single bytes, see record_locks.py.
    """

    def take(self, byte: int) -> bool:
        """
        Return whether the lock is this process's, now or already.
        """

    def wait_for(self, byte: int) -> None:
        """
        Take a lock that is never held for long.
        """

    def free(self, byte: int) -> None:
        """
        Give a lock back.
        """

    def is_held_elsewhere(self, byte: int, length: int = 1) -> bool:
        """
        Whether another process holds the lock of one of these bytes.
        """


class NoLocks:
    """
    Where a process counts for itself, everything is its own.
    """

    def take(self, byte: int) -> bool:
        """
        Take what nobody else can have.
        """
        return True

    def wait_for(self, byte: int) -> None:
        """
        Take it without waiting.
        """

    def free(self, byte: int) -> None:
        """
        Keep it.
        """

    def is_held_elsewhere(self, byte: int, length: int = 1) -> bool:
        """
        There is no elsewhere.
        """
        return False


class Slots:
    """
    The slots, and the pages that all processes share.

    :param memory: the mapped file, or a ``bytearray``.
    """

    def __init__(self, memory: mmap.mmap | bytearray, locks: Locks) -> None:
        self.is_shared = not isinstance(memory, bytearray)
        self._words = memoryview(memory).cast("B").cast("Q")
        self._locks = locks
        self._own: int | None = None
        self.header = self.page(0)
        self.report = self._words[FIRST_REPORT * SLOT_WORDS : FIRST_SLOT * SLOT_WORDS]

    def begin(self) -> None:
        """
        Set everything back to nought.
        """
        slots = [slot for slot, _ in self.used()]
        shared_pages = [self.page(number) for number in range(1 + ACKNOWLEDGED)]
        for page in [*slots, *shared_pages]:
            page[:] = NOUGHT
        # It says how long it is: what it was is not read any more.
        self.report[: len(NOUGHT)] = NOUGHT
        self.header[BEGUN] = time.monotonic_ns()
        self.header[BEGUN_WALL] = time.time_ns()
        self.header[MAGIC_WORD] = MAGIC

    def page(self, number: int) -> memoryview:
        """
        Return the words of a page.
        """
        return self._words[number * SLOT_WORDS : (number + 1) * SLOT_WORDS]

    def claim(self) -> memoryview | None:
        """
        Return this process's slot, taking the first that is free; None if all are taken.
        """
        # Not while another process finds that nobody has a slot, and begins anew.
        self._locks.wait_for(OPENING)
        try:
            for index in range(SLOTS):
                if self._locks.take(FIRST_OWNER + index):
                    self._own = index
                    return self._taken(index)
            self.header[WITHOUT_SLOT] += 1
            return None
        finally:
            self._locks.free(OPENING)

    def keep(self) -> bool:
        """
        Whether the slot is still this process's.

        Whoever closes another descriptor of the file here, a backup of the folder for
        example, gives up its locks without knowing.
        """
        return self._own is not None and self._locks.take(FIRST_OWNER + self._own)

    def release(self) -> None:
        """
        Leave the slot in order, for the next.
        """
        if self._own is None:
            return
        slot = self.page(FIRST_SLOT + self._own)
        for gauge in GAUGES:
            slot[gauge] = 0
        self._locks.free(FIRST_OWNER + self._own)
        self._own = None

    def forget(self) -> None:
        """
        Be without a slot, in a child: the one that is known here is its parent's.
        """
        self._own = None

    def used(self) -> Iterator[tuple[memoryview, bool]]:
        """
        Iterate over all slots that were ever taken, and whether their owner lives.
        """
        for index in range(SLOTS):
            if self.header[FIRST_CLAIM + index]:
                owner = FIRST_OWNER + index
                is_own = index == self._own
                is_alive = is_own or self._locks.is_held_elsewhere(owner)
                yield self.page(FIRST_SLOT + index), is_alive

    def _taken(self, index: int) -> memoryview:
        slot = self.page(FIRST_SLOT + index)
        if self.header[FIRST_CLAIM + index]:
            slot[RESTARTS] += 1
        if slot[OWNER]:  # it had no time to say goodbye
            slot[KILLS] += 1
        for gauge in GAUGES:
            slot[gauge] = 0
        slot[OWNER] = os.getpid()
        self.header[FIRST_CLAIM + index] += 1
        return slot

    @property
    def has_others(self) -> bool:
        """
        Whether another process has a slot.
        """
        return self._locks.is_held_elsewhere(FIRST_OWNER, SLOTS)

    def lead(self) -> bool:
        """
        Whether this process is the one that reports, which it then is until it ends.
        """
        return self._locks.take(LEADER)

    def stop_leading(self) -> None:
        """
        Let another process report.
        """
        self._locks.free(LEADER)

    def check(self) -> bool:
        """
        Whether this process is the one that runs the readiness checks.
        """
        return self._locks.take(CHECKING)

    def stop_checking(self) -> None:
        """
        Let another process run them.
        """
        self._locks.free(CHECKING)


def private() -> Slots:
    """
    Return slots that no other process sees.
    """
    slots = Slots(bytearray(SIZE), NoLocks())
    slots.begin()
    return slots


def prefix() -> str:
    """
    Return what the names of this user's files begin with.
    """
    return f"heroku-support-{os.geteuid()}-"


def shared(folder: Path, name: str, *, survives: bool) -> Slots:
    """
    Return the slots in a file of this user's, made if it is not there or not as it must be.

    :param survives: go on counting where processes that are all gone have stopped.
    :raises SlotsError: if there can be no such file here.
    """
    if sys.platform != "linux" or sys.maxsize < 1 << 32:
        raise SlotsError("only a 64-bit Linux has the locks that it needs")
    path = folder / f"{prefix()}{name}"
    for _ in range(ATTEMPTS):
        try:
            if found := _open(path, survives=survives):
                return found
        except FileExistsError:  # another process was quicker
            continue
        except OSError as error:
            raise SlotsError(f"{path}: {error.strerror}") from error
    raise SlotsError(f"{path}: something else is made there again and again")


def existing(path: Path) -> Slots | None:
    """
    Return the slots in a file of this user's to look at, None if it is none.

    Not in a process that counts in the file: closing the descriptor would drop its locks.
    """
    # Here: there is no fcntl on Windows.
    from heroku_support.metrics.record_locks import RecordLocks

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    if _is_ours(descriptor, path) and os.fstat(descriptor).st_size:
        memory = mmap.mmap(descriptor, SIZE, access=mmap.ACCESS_READ)
        return Slots(memory, RecordLocks(descriptor))
    os.close(descriptor)
    return None


def _open(path: Path, *, survives: bool) -> Slots | None:
    """
    Open the file or make it; None if what was there is removed, or was by somebody else.
    """
    # Here: there is no fcntl on Windows.
    from heroku_support.metrics.record_locks import RecordLocks

    descriptor = _descriptor(path)
    locks = RecordLocks(descriptor)
    locks.wait_for(OPENING)
    slots = None
    try:
        if _is_ours(descriptor, path):
            slots = _mapped(descriptor, locks, survives=survives)
        else:
            path.unlink(missing_ok=True)
    except OSError:
        path.unlink(missing_ok=True)  # the disk is full: leave nothing behind
        raise
    finally:
        if slots is None:
            os.close(descriptor)  # and with it the lock
        else:
            locks.free(OPENING)
    return slots


def _descriptor(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        pass
    except OSError as error:
        if error.errno not in NOT_OURS:
            raise
        path.unlink()
    return os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CREAT | os.O_EXCL, MODE)


def _is_ours(descriptor: int, path: Path) -> bool:
    """
    Whether it is a plain file of this user's and ours, still at its path.
    """
    found = os.fstat(descriptor)
    return (
        _is_at(path, found)
        and stat.S_ISREG(found.st_mode)
        and stat.S_IMODE(found.st_mode) == MODE
        and found.st_uid == os.geteuid()
        and found.st_nlink == 1
        and (not found.st_size or _has_magic(descriptor, found.st_size))
    )


def _is_at(path: Path, found: os.stat_result) -> bool:
    try:
        return os.path.samestat(found, os.lstat(path))
    except FileNotFoundError:
        return False


def _has_magic(descriptor: int, size: int) -> bool:
    begin = os.pread(descriptor, WORD, 0)
    return size == SIZE and int.from_bytes(begin, sys.byteorder) == MAGIC


def _mapped(descriptor: int, locks: Locks, *, survives: bool) -> Slots:
    is_new = os.fstat(descriptor).st_size == 0
    if is_new:
        # The kernel would answer a write into a page that no disk has room for by SIGBUS.
        os.posix_fallocate(descriptor, 0, SIZE)
    slots = Slots(mmap.mmap(descriptor, SIZE), locks)
    if is_new or not (survives or slots.has_others):
        slots.begin()
    return slots
