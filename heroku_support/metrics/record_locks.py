"""
POSIX record locks, with which a process holds its slot for as long as it lives.

The kernel frees them however the process ends, and no child inherits them; ``flock`` and open
file description locks would be kept by any child that outlives it. In return, closing *any*
descriptor of the file drops all of the process's locks: open it once, and close it never.
"""

from __future__ import annotations

import fcntl
import os
import struct

# fcntl_locking(2), of a 64-bit Linux: type, whence, start, length, process id.
FLOCK = struct.Struct("hhqqi0q")


class RecordLocks:
    """
    Locks on single bytes of an open file.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def take(self, byte: int) -> bool:
        """
        Return whether the lock is this process's, now or already.
        """
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except OSError:
            return False
        return True

    def wait_for(self, byte: int) -> None:
        """
        Take a lock that is never held for long.
        """
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX, 1, byte)

    def free(self, byte: int) -> None:
        """
        Give a lock back.
        """
        fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, byte)

    def is_held_elsewhere(self, byte: int, length: int = 1) -> bool:
        """
        Whether another process holds the lock of one of these bytes.
        """
        asked = FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, byte, length, 0)
        answer = fcntl.fcntl(self._descriptor, fcntl.F_GETLK, asked)
        return bool(FLOCK.unpack(answer)[0] != fcntl.F_UNLCK)
