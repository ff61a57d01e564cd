"""
Debian's MariaDB: on loopback, on a free port, gone after the test.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from tests.servers.postgres import free_port
from tests.servers.server import Server
from tests.servers.waiting import wait_until
from tests.servers.workspace import ServerError, as_server_user, run, subdirectory

PROGRAM = Path("/usr/sbin/mariadbd")  # apt-get install mariadb-server
INSTALL = Path("/usr/bin/mariadb-install-db")
CLIENT = Path("/usr/bin/mariadb")

USER = "app"
# Needs percent-encoding in a URL, and no piece of it stands anywhere by chance.
PASSWORD = "Mq5@xY/2#nT%D"


@dataclass(eq=False)
class MariaDBServer(Server):
    """
    A running server. `with MariaDBServer.start() as server:` stops it at the end.
    """

    port: int
    directory: Path = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)
    numbers: count[int] = field(default_factory=lambda: count(1), repr=False)

    started: ClassVar[list[MariaDBServer]] = []

    @classmethod
    def start(cls) -> MariaDBServer:
        """
        Start a server whose superuser comes through its socket.
        """
        if not PROGRAM.exists():
            raise ServerError(f"There is no {PROGRAM}. Run: make test-services")
        directory = subdirectory("mariadb")
        port = free_port()
        run(
            *(INSTALL, "--no-defaults", f"--datadir={directory / 'data'}"),
            *("--auth-root-authentication-method=normal", "--skip-test-db"),
        )
        server = cls(port, directory, launch(directory, port))
        cls.started.append(server)
        wait_until(server._answers, timeout=60)
        server.query(
            f"CREATE USER {USER}@'%' IDENTIFIED BY '{PASSWORD}';"
            f" GRANT ALL ON `app\\_%`.* TO {USER}@'%'"
        )
        return server

    def query(self, sql: str) -> list[list[str]]:
        """
        Run statements as the superuser over the socket, and return the rows as text.
        """
        socket = f"--socket={self.directory / 'socket'}"
        printed = run(
            *(CLIENT, "--no-defaults", socket, "--user=root", "--batch"),
            *("--skip-column-names", f"--execute={sql}"),
        )
        return [line.split("\t") for line in printed.splitlines()]

    def create_database(self) -> str:
        """
        Create an empty database that the user `app` may do anything in, and return its URL.
        """
        name = f"app_{next(self.numbers)}"
        self.query(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        login = f"{USER}:{quote(PASSWORD, safe='')}"
        return f"mysql://{login}@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """
        End the server by its process id and remove its files; again does nothing.
        """
        if self.running:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _answers(self) -> bool:
        if not self.running:
            raise ServerError((self.directory / "log").read_text())
        try:
            return bool(self.query("SELECT 1"))
        except ServerError:
            return False


def launch(directory: Path, port: int) -> subprocess.Popen[bytes]:
    """
    Start the server's process, with its log and its socket in the directory.
    """
    options = {
        "datadir": directory / "data",
        "socket": directory / "socket",
        "pid-file": directory / "pid",
        "bind-address": "127.0.0.1",
        "port": port,
    }
    settings = [f"--{name}={value}" for name, value in options.items()]
    with (directory / "log").open("wb") as log:
        return subprocess.Popen(
            as_server_user(PROGRAM, "--no-defaults", *settings),
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops us
        )
