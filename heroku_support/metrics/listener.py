"""
How many connections wait to be accepted, without the server's help.
"""

from __future__ import annotations

import os
import socket
import stat
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
        found = os.fstat(descriptor)
        # Of a file no copy: closing it would drop all locks that this process has on the file,
        # that of its slot among them.
        if not stat.S_ISSOCK(found.st_mode):
            return None
        # A copy, and for a moment only: the server must be able to close its own, and with it
        # the queue.
        copy = os.dup(descriptor)
    except OSError:  # closed meanwhile
        return None
    try:
        sock = socket.socket(fileno=copy)
        try:
            return _backlog(sock, found.st_ino, port)
        finally:
            sock.detach()
    finally:
        os.close(copy)


def _backlog(sock: socket.socket, inode: int, port: int | None) -> Backlog | None:
    if not _listens(sock, port):
        return None
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_SIZE)
    (unacked,) = UNACKED.unpack_from(info)
    return Backlog(inode, unacked)


def _listens(listener: socket.socket, port: int | None) -> bool:
    return (
        listener.family in (socket.AF_INET, socket.AF_INET6)
        and listener.type == socket.SOCK_STREAM
        and bool(listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
        and port in (None, listener.getsockname()[1])
    )
