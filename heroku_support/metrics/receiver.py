"""
A server on this machine that shows what metrics a dyno sends.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from heroku_support.metrics.errors import ShowError

HOST = "127.0.0.1"
LARGEST_BODY = 10 * 1024 * 1024
PATIENCE = 10  # seconds for one request; the next one waits so long
SHOWN_HEADERS = ("Measurements-Time", "Measurements-Count")


def server(port: int, write: Callable[[str], Any]) -> HTTPServer:
    """
    Return the server, which listens already.

    :param write: takes what is shown.
    :raises ShowError: if the port is none, or taken.
    """
    handler = type("Handler", (_Handler,), {"show": staticmethod(write)})
    try:
        return HTTPServer((HOST, port), handler)
    except OverflowError:
        reason = "is no port"
    except OSError as error:
        reason = f"cannot be listened on: {error.strerror}"
    other = port + 1 if 0 < port < 65535 else 8125
    raise ShowError(f"--sink {port} {reason}. Fix: --sink {other}")


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE
    show: Callable[[str], Any]

    def do_POST(self) -> None:
        """
        Show what is posted.
        """
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length[:9]) > LARGEST_BODY:
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
            return
        body = self.rfile.read(int(length))
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", "0")
        self.end_headers()
        at = datetime.now().strftime("%H:%M:%S")
        told = (self.headers.get(name) for name in SHOWN_HEADERS)
        words = " ".join(filter(None, [at, *told, ascii(self.path)]))
        self.show(f"{words}\n{readable(body)}")

    def log_message(self, *args: Any) -> None:
        """
        Write no line of a request: what it brought is shown.
        """


def readable(body: bytes) -> str:
    """
    Return JSON as a person reads it, and of anything else how long it is.
    """
    try:
        found = json.loads(body)
    except ValueError:
        return f"{len(body)} bytes that are no JSON"
    return json.dumps(found, indent=2, ensure_ascii=True)
