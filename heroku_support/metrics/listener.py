"""
How many connections wait to be accepted, without the server's help.
"""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path
from typing import NamedTuple

DESCRIPTORS = Path("/proc/self/fd")
# Of tcp_info in Linux's include/uapi/linux/tcp.h: of a socket that listens, tcpi_unacked is how
# many connections are in its accept queue.
TCP_INFO_SIZE = 104
UNACKED = struct.Struct("24xI")


class Backlog(NamedTuple):
    """
    The accept queue of a socket; processes that share the socket share it.
    """

    inode: int
    waiting: int


def find(port: int | None) -> int | None:
    """
    Return the descriptor of the TCP socket that this process listens on, None if there is none.

    :param port: the port that it must listen on; any if it is not known.
    """
    try:
        names = os.listdir(DESCRIPTORS)
    except OSError:  # no /proc
        return None
    return next((each for each in sorted(map(int, names)) if backlog(each, port)), None)


def backlog(descriptor: int, port: int | None) -> Backlog | None:
    """
    Return how many connections wait, None if the descriptor is no such socket.
    """
    try:
        # A copy, and for a moment only: the server must be able to close its own, and with
        # it the queue.
        with socket.socket(fileno=os.dup(descriptor)) as copy:
            if not _listens(copy, port):
                return None
            info = copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_SIZE)
            inode = os.fstat(copy.fileno()).st_ino
    except OSError:  # closed meanwhile, or no socket
        return None
    (unacked,) = UNACKED.unpack_from(info)
    return Backlog(inode, unacked)


def _listens(listener: socket.socket, port: int | None) -> bool:
    return (
        listener.family in (socket.AF_INET, socket.AF_INET6)
        and listener.type == socket.SOCK_STREAM
        and bool(listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
        and port in (None, listener.getsockname()[1])
    )
