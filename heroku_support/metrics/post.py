"""
Send a body by POST, within a deadline that holds for all of it.

A timeout of ``http.client`` is for each read: a server that sends a byte now and then would keep
its caller for as long as it likes. This one follows no redirect and reads no body.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from heroku_support.metrics.errors import ExitError

LONGEST_STATUS_LINE = 4096  # bytes
STATUS_LINE = rb"HTTP/1\.[01] (\d{3})[ \r]"
PORTS = {"http": 80, "https": 443}
NO_URL = "is not the URL of an HTTP server; nothing is sent there."


class Target(NamedTuple):
    """
    Where a URL leads; it may be a secret, so it is not shown.
    """

    is_https: bool
    host: str
    port: int
    path: str

    def __repr__(self) -> str:
        return "Target(…)"

    @classmethod
    def parse(cls, name: str, url: str) -> Target:
        """
        Take a URL apart.

        :param name: what it is the value of, for the message.
        :raises ValueError: if it is not the URL of an HTTP server.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise ValueError(f"{name} {NO_URL}") from None
        # Nothing else may stand in the head of a request.
        if not parts.hostname or not re.fullmatch(r"[!-~]+", url):
            raise ValueError(f"{name} {NO_URL}")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme == "https", parts.hostname, port, path)


def post(
    target: Target, body: bytes, headers: Mapping[str, str], *, deadline: float
) -> int:
    """
    Send the body and return the status of the answer.

    :param deadline: on the monotonic clock.
    :raises OSError: if there is no answer in time.
    :raises ExitError: if what answers does not speak HTTP.
    """
    with _connect(target, deadline) as connection:
        unsent = memoryview(_head(target, headers, len(body)) + body)
        while unsent:
            connection.settimeout(_left(deadline))
            unsent = unsent[connection.send(unsent) :]
        return _status(connection, deadline)


def _head(target: Target, headers: Mapping[str, str], length: int) -> bytes:
    host = f"[{target.host}]" if ":" in target.host else target.host
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {host}:{target.port}",
        "User-Agent: django-heroku-support",
        f"Content-Length: {length}",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _connect(target: Target, deadline: float) -> socket.socket:
    addresses = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    for index, (family, kind, protocol, _, address) in enumerate(addresses, start=1):
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(_left(deadline))
            connection.connect(address)
            return _with_tls(connection, target) if target.is_https else connection
        except OSError:
            connection.close()
            if index == len(addresses):
                raise
    raise OSError("the host has no address")


def _with_tls(connection: socket.socket, target: Target) -> socket.socket:
    # Here: it takes longer than all else, and where no metrics leave over TLS it is not needed.
    import ssl

    context = ssl.create_default_context()
    # One timeout for the whole handshake: CPython's makes it a deadline.
    return context.wrap_socket(connection, server_hostname=target.host)


def _status(connection: socket.socket, deadline: float) -> int:
    answer = b""
    while b"\n" not in answer and len(answer) < LONGEST_STATUS_LINE:
        connection.settimeout(_left(deadline))
        received = connection.recv(LONGEST_STATUS_LINE - len(answer))
        if not received:
            break
        answer += received
    if found := re.match(STATUS_LINE, answer):
        return int(found[1])
    raise ExitError("the answer is not HTTP" if answer else "no answer")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left
