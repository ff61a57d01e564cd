"""
A project's own processes, started the way Heroku starts them.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.postgres import free_port
from tests.servers.waiting import wait_until
from tests.servers.workspace import workspace

EXAMPLE = Path(__file__).resolve().parent.parent / "example_project"
SMALL = Path(__file__).resolve().parent / "small_project"

# What a router adds to a request that reached it over TLS, or without.
HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
HTTP = {"X-Forwarded-Proto": "http", "X-Forwarded-For": "203.0.113.7"}

# A dyno's environment, as far as it is the same everywhere.
DYNO = {"DYNO": "web.1", "SECRET_KEY": "t" * 50, "WEB_CONCURRENCY": "1"}
RELEASE = {**DYNO, "DYNO": "release.1", "HEROKU_RELEASE_VERSION": "v42"}

NO_SMOKE = ("--skip", "smoke")


def environment(**variables: str) -> dict[str, str]:
    """
    Return an environment with nothing of ours in it but how to find programs.
    """
    kept = ("PATH", "HOME", "LANG")
    inherited = {name: os.environ[name] for name in kept if name in os.environ}
    # What processes leave in it goes with the test session.
    return {**inherited, **coverage, "TMPDIR": str(workspace()), **variables}


# The variables by which coverage measures what tests start, which takes half as long again: those
# of a test that is marked as covering its processes.
coverage: dict[str, str] = {}


@dataclass(frozen=True)
class Response:
    """
    An HTTP response, read to its end.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """
        The body as text.
        """
        return self.body.decode()

    def json(self) -> Any:
        """
        Return the body as JSON.
        """
        return json.loads(self.body)


@dataclass
class Server:
    """
    A web server on loopback.
    """

    port: int
    process: subprocess.Popen[bytes]
    log: Path = field(repr=False)

    def get(
        self, path: str, headers: Mapping[str, str] = HTTPS, *, method: str = "GET"
    ) -> Response:
        """
        Ask for a path, and follow nothing.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers=dict(headers))
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Response(response.status, found, response.read())
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """
        Send bytes and return all that comes back until the server hangs up.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as client:
            client.sendall(request)
            return b"".join(iter(lambda: client.recv(65536), b""))

    @property
    def output(self) -> str:
        """
        What it has printed so far.
        """
        return self.log.read_text(errors="replace")

    def stop(self) -> int:
        """
        End it as the dyno manager does, and return its exit status.
        """
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@dataclass(frozen=True)
class Project:
    """
    A Django project in a folder of the test's own.
    """

    directory: Path

    def run(
        self, *command: str | Path, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """
        Run a command to its end.
        """
        return subprocess.run(
            [*map(str, command)],
            cwd=self.directory,
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def manage(
        self, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """
        Run a management command.
        """
        return self.run(sys.executable, "manage.py", *arguments, **variables)

    def release(
        self, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """
        Run the release phase, without its smoke: the Procfile's server listens everywhere.
        """
        return self.manage("heroku_release", *NO_SMOKE, *arguments, **variables)

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """
        Start a management command and go on.
        """
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=self.directory,
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @contextmanager
    def gunicorn(
        self, *arguments: str, application: str = "config.wsgi", **variables: str
    ) -> Iterator[Server]:
        """
        Serve it with the shipped configuration, on loopback.
        """
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "python:heroku_support.gunicorn",
        ]
        bind = ["--bind", f"127.0.0.1:{port}"]
        environ = environment(**{"PORT": str(port), **variables})
        with self.serve(
            [*command, *bind, *arguments, application], port, environ
        ) as server:
            yield server

    @contextmanager
    def serve(
        self, command: list[str], port: int, environ: Mapping[str, str]
    ) -> Iterator[Server]:
        """
        Start a web server, wait until it answers, and end it afterwards.
        """
        log = self.directory / f"server-{port}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=self.directory,
                env=dict(environ),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        server = Server(port, process, log)
        try:
            wait_until(lambda: _answers(server), timeout=30)
            yield server
        finally:
            if process.poll() is None:
                server.stop()


def _answers(server: Server) -> bool:
    assert server.process.poll() is None, server.output
    try:
        return bool(server.get("/health/live").status)
    except OSError:
        return False
