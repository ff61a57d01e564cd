"""
Where processes listen for TCP connections, as Linux shows it; elsewhere nobody knows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

PROC = Path("/proc")
LISTEN = "0A"  # include/net/tcp_states.h


@dataclass(frozen=True)
class Listener:
    """
    An address and a port that connections are taken at.
    """

    address: IPv4Address | IPv6Address
    port: int

    def __str__(self) -> str:
        host = f"[{self.address}]" if self.address.version == 6 else self.address
        return f"{host}:{self.port}"


def listeners(pids: Iterable[int]) -> list[Listener]:
    """
    Return where these processes listen, by port.
    """
    sockets = {link for pid in pids for link in _open_files(pid)}
    found = {
        listener
        for table in ("tcp", "tcp6")
        for inode, listener in _table(PROC / "net" / table)
        if f"socket:[{inode}]" in sockets
    }
    return sorted(found, key=lambda each: (each.port, str(each)))


def _open_files(pid: int) -> Iterator[str]:
    with suppress(OSError):  # the process has just ended
        for path in (PROC / f"{pid}/fd").iterdir():
            with suppress(OSError):  # or closed the file
                yield str(path.readlink())


def _table(path: Path) -> list[tuple[str, Listener]]:
    try:
        lines = path.read_text().splitlines()[1:]
    except OSError:  # no IPv6, or no Linux
        return []
    rows = (line.split() for line in lines)
    return [(row[9], _listener(row[1])) for row in rows if row[3] == LISTEN]


def _listener(written: str) -> Listener:
    """
    Read ``0100007F:1F40``: words of 32 bits in the machine's order, and the port.
    """
    words, _, port = written.partition(":")
    packed = b"".join(
        int(words[start : start + 8], 16).to_bytes(4, sys.byteorder)
        for start in range(0, len(words), 8)
    )
    address = ip_address(packed)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return Listener(mapped or address, int(port, 16))
