"""
An HTTP server on loopback, with TLS, that writes down each request and gives canned answers.
"""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = Callable[["Request"], Any]


@dataclass(frozen=True)
class Request:
    """
    One request, as it came.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def login(self) -> tuple[str, str]:
        """
        The user and the password of basic authentication.
        """
        encoded = self.headers["authorization"].removeprefix("Basic ")
        user, _, password = base64.b64decode(encoded).decode().partition(":")
        return user, password


@dataclass
class RecordingServer:
    """
    The server's port and what it has been asked.
    """

    port: int
    requests: list[Request] = field(default_factory=list)

    def asked(self, method: str, path: str) -> Request:
        """
        Return the one request for a path, whatever its query.
        """
        (request,) = [
            each
            for each in self.requests
            if each.method == method and each.path.partition("?")[0] == path
        ]
        return request


@contextmanager
def recording_server(
    context: ssl.SSLContext, answer: Answer, **headers: str
) -> Iterator[RecordingServer]:
    """
    Run a server in a thread of this process.

    :param answer: gets each request, returns what goes back as JSON.
    :param headers: of every answer, with ``_`` for ``-``.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ssl.SSLError:  # the client did not like the certificate
                self.close_connection = True

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            found = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length).decode()
            request = Request(self.command, self.path, found, body)
            server.requests.append(request)
            content = json.dumps(answer(request)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *arguments: Any) -> None:
            """
            Say nothing.
            """

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    # The handshake in the handler's thread: a bad one must not end the listener's.
    listener.socket = context.wrap_socket(
        listener.socket, server_side=True, do_handshake_on_connect=False
    )
    server = RecordingServer(listener.server_address[1])
    thread = Thread(target=listener.serve_forever, name="recording HTTP server")
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
