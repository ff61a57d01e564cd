"""
A web server for tests of the smoke, which answers as it is told.

``web_server.py [/path=status[:location]]...``; other paths are answered as a healthy project
with HerokuMiddleware answers them. What it is asked for is printed, with the headers.
"""

from __future__ import annotations

import http.server
import os
import socket
import sys

ANSWERS = dict(argument.split("=", 1) for argument in sys.argv[1:])
HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("LISTEN_ON") or os.environ["PORT"])
HEALTHY = {"/health/live": b"ok", "/health/ready": b'{"status":"pass"}'}


class Handler(http.server.BaseHTTPRequestHandler):
    """
    Answer as told.
    """

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        default = "200" if path in HEALTHY else "404"
        status, _, location = ANSWERS.get(path, default).partition(":")
        body = b"" if path in ANSWERS else HEALTHY.get(path, b"")
        print("asked", self.path, dict(self.headers), flush=True)
        self.send_response(int(status))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.HTTPServer):
    """
    On loopback, unless a test wants to listen elsewhere.
    """

    address_family = socket.AF_INET6 if ":" in HOST else socket.AF_INET


Server((HOST, PORT), Handler).serve_forever()
