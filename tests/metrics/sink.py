"""
A server on loopback that takes metrics, or does what a test wants instead.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from heroku_support.metrics.catalogue import METRICS
from tests.servers.waiting import wait_until

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
COUNTERS = {each.dotted("django") for each in METRICS if each.kind == "counter"}

Answer = Callable[[socket.socket], None]


@dataclass
class Post:
    """
    A post as it came.
    """

    line: str
    headers: dict[str, str]
    body: Any


@dataclass
class Sink:
    """
    What has arrived, and what answers: bytes to send, or what to do with the connection.
    """

    port: int
    answer: bytes | Answer = OK
    posts: list[Post] = field(default_factory=list)
    #: On the monotonic clock, when each of them had its answer.
    times: list[float] = field(default_factory=list)
    #: As many as were begun, acknowledged or not.
    attempts: int = 0

    @property
    def url(self) -> str:
        """
        Where to post, with a path that is a secret.
        """
        return f"http://127.0.0.1:{self.port}/s3cret-path"

    def total(self, name: str) -> float:
        """
        Return the sum of a counter over all posts.
        """
        return sum(post.body["counters"][name] for post in list(self.posts))

    def wait_until_quiet(self) -> None:
        """
        Wait until who posted last has surely made a note of it, and no other post is due.

        A process that is killed between the answer and its note tells everything again.
        """
        wait_until(lambda: 0.3 < time.monotonic() - (self.times or [0.0])[-1] < 0.6)


@contextmanager
def sink() -> Iterator[Sink]:
    """
    Run one in a thread of this process.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        found = Sink(listener.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listener, found))
        thread.start()
        try:
            yield found
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, found: Sink) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # closed, it is over
            return
        with connection:
            try:
                _take(connection, found)
            except OSError:  # the client had no more patience
                pass


def _take(connection: socket.socket, found: Sink) -> None:
    connection.settimeout(10)
    reader = connection.makefile("rb")
    line = reader.readline().decode().strip()
    pairs = iter(lambda: reader.readline().decode().strip(), "")
    headers = dict(pair.split(": ", 1) for pair in pairs)
    body = json.loads(reader.read(int(headers["Content-Length"])))
    answer = found.answer
    found.attempts += 1
    if answer is OK:
        found.posts.append(Post(line, headers, body))
        found.times.append(time.monotonic())
    if callable(answer):
        answer(connection)
    else:
        connection.sendall(answer)
