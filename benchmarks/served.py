"""
A server of this machine's loopback, what it takes up, and a client that asks it for pages.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


class HungUp(RuntimeError):
    """
    The server has closed the connection.
    """


@dataclass
class Served:
    """
    A server on loopback.
    """

    port: int
    process: subprocess.Popen[bytes]

    @property
    def processes(self) -> list[int]:
        """
        The server's own process and those that it has started.
        """
        found = [self.process.pid]
        for pid in found:  # which grows meanwhile
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
            found += map(int, children.split())
        return found

    def processor_time(self) -> int:
        """
        Return the nanoseconds that all threads have used, also those that ended.
        """
        return sum(map(_process_time, self.processes))

    def proportional(self) -> float:
        """
        Return the megabytes of all processes, what is shared divided.
        """
        return sum(map(_pss, self.processes)) / 1000


@contextmanager
def serving(arguments: Sequence[str], environ: Mapping[str, str]) -> Iterator[Served]:
    """
    Run a Python module that serves until the end of the block.

    :param arguments: the module and its arguments, with ``{port}`` where the port is to stand.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-m", *(each.format(port=port) for each in arguments)],
        cwd=HERE,
        env={"PATH": os.environ["PATH"], "PORT": str(port), **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield Served(port, process)
        finally:
            process.send_signal(signal.SIGTERM)


@contextmanager
def connection(port: int) -> Iterator[socket.socket]:
    """
    Connect as soon as somebody listens.
    """
    deadline = time.monotonic() + 60
    while True:
        try:
            client = socket.create_connection(("127.0.0.1", port), timeout=30)
            break
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.002)
    with client:
        yield client


def ask(client: socket.socket, path: str) -> None:
    """
    Ask for a page and read it to its end; it must be there.

    :raises HungUp: if the server does not answer any more.
    """
    head = f"GET {path} HTTP/1.1\r\nHost: www.example.com\r\nAccept: */*\r\n\r\n"
    client.sendall(head.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _received(client)
    head_, _, body = answer.partition(b"\r\n\r\n")
    fields = dict(
        line.lower().split(b": ", 1)
        for line in head_.split(b"\r\n")[1:]
        if b": " in line
    )
    left = int(fields[b"content-length"]) - len(body)
    while left > 0:
        left -= len(_received(client))
    if not head_.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{path}: {head_.decode()}")


def _received(client: socket.socket) -> bytes:
    try:
        received = client.recv(65536)
    except ConnectionResetError:
        received = b""
    if not received:
        raise HungUp("The server hung up.")
    return received


def _process_time(pid: int) -> int:
    return time.clock_gettime_ns(~pid << 3 | 2)  # clock_getcpuclockid(3)


def _pss(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(each.split()[1]) for each in lines if each.startswith("Pss:"))
