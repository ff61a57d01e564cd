"""
A Postgres server of our own: on loopback, on a free port, gone after the test.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

import psycopg

from tests.servers.binaries import find_binaries, runnable
from tests.servers.certificates import Certificate, issue
from tests.servers.server import Server
from tests.servers.waiting import wait_until
from tests.servers.workspace import (
    ServerError,
    as_server_user,
    run,
    subdirectory,
    write,
)

ROLE = "app"
# Needs percent-encoding in a URL, and no piece of it stands anywhere by chance.
PASSWORD = "Zq7@xV/9#kW%J"

LOCAL_ACCESS = "local all postgres trust\nlocal replication postgres trust\n"
TCP_ACCESS = "{kind} all all 127.0.0.1/32 {method}\n"
SCRAM = "scram-sha-256"


@dataclass(eq=False)
class PostgresServer(Server):
    """
    A running server. `with PostgresServer.start(18) as server:` stops it at the end.
    """

    major: int
    port: int
    directory: Path = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)
    numbers: count[int] = field(default_factory=lambda: count(1), repr=False)

    started: ClassVar[list[PostgresServer]] = []

    @classmethod
    def start(
        cls,
        major: int,
        *,
        tls: bool = True,
        certificate: Certificate | None = None,
        method: str = SCRAM,
    ) -> PostgresServer:
        """
        Start a server that takes TCP clients over TLS only, or that has no TLS.

        :param certificate: of the server; a good one unless given.
        :param method: how passwords are asked for: SCRAM, or `md5`.
        """
        binaries = runnable(find_binaries(major))
        directory = subdirectory(str(major))
        run("cp", "-r", template(binaries), directory / "data")
        options = tls_options(directory, certificate or issue()) if tls else {}
        options["password_encryption"] = method
        if major >= 16:
            # A strong password's hash takes longer than the rest of a connection.
            options["scram_iterations"] = "1"
        access = TCP_ACCESS.format(kind="hostssl" if tls else "host", method=method)
        write(directory / "data" / "pg_hba.conf", LOCAL_ACCESS + access)
        port = free_port()
        process = launch(binaries, directory, port, options)
        server = cls._running(major, port, directory, process)
        server.query(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
        return server

    @classmethod
    def _running(
        cls, major: int, port: int, directory: Path, process: subprocess.Popen[bytes]
    ) -> PostgresServer:
        server = cls(major=major, port=port, directory=directory, process=process)
        cls.started.append(server)
        wait_until(server._answers, timeout=30)
        return server

    def follow(self) -> PostgresServer:
        """
        Start a follower, which replays what this server, its leader, writes.
        """
        binaries = runnable(find_binaries(self.major))
        directory = subdirectory(f"{self.major}-follower")
        run(
            *(binaries / "pg_basebackup", "--pgdata", directory / "data"),
            *(f"--host={self.directory}", f"--port={self.port}", "--username=postgres"),
            *("--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
        )
        port = free_port()
        process = launch(binaries, directory, port, tls_options(directory, issue()))
        return self._running(self.major, port, directory, process)

    @property
    def authority(self) -> Path:
        """
        Return the file for `sslrootcert`, of a server with TLS.
        """
        return self.directory / "authority.pem"

    def url(
        self,
        *,
        database: str = "postgres",
        user: str = ROLE,
        password: str = PASSWORD,
        host: str = "127.0.0.1",
        port: int | None = None,
        **query: str,
    ) -> str:
        """
        Build a URL; give the port of a proxy to go through that.

        For a remote host: `host="db.example.com", hostaddr="127.0.0.1"`.
        """
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
        address = f"{host}:{port or self.port}/{quote(database, safe='')}"
        options = urlencode(query, quote_via=quote)  # libpq takes a plus for a plus
        return f"postgres://{login}@{address}" + (f"?{options}" if options else "")

    def query(
        self, sql: str, *values: object, database: str = "postgres"
    ) -> list[tuple[Any, ...]]:
        """
        Run a statement as the superuser over the socket, and return its rows.
        """
        with psycopg.connect(
            host=str(self.directory),
            port=self.port,
            user="postgres",
            dbname=database,
            autocommit=True,
        ) as connection:
            cursor = connection.execute(sql.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def create_database(self) -> Database:
        """
        Create an empty database that the role `app` owns.
        """
        name = f"{ROLE}_{next(self.numbers)}"
        # Half the work of writing each page to the log; before 15 it is the only way.
        strategy = "STRATEGY FILE_COPY" if self.major >= 15 else ""
        self.query(f"CREATE DATABASE {name} OWNER {ROLE} {strategy}")
        return Database(self, name)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """
        Create an empty database that is dropped in the end.
        """
        database = self.create_database()
        yield database
        database.drop()

    def freeze(self) -> None:
        """
        Stop every process of the server where it stands: it listens but never answers.
        """
        # The first forks no more once it is frozen; then the list is complete.
        send(signal.SIGSTOP, self.process.pid)
        send(signal.SIGSTOP, *self._children())

    def thaw(self) -> None:
        """
        Let a frozen server go on.
        """
        send(signal.SIGCONT, *self._children(), self.process.pid)

    def stop(self) -> None:
        """
        End the server by its process id and remove its files; again does nothing.
        """
        if self.running:
            self.thaw()  # the frozen keep other signals waiting
            self.process.send_signal(signal.SIGINT)  # waits for no client
            self.process.wait(timeout=10)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _children(self) -> list[int]:
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in children.split()]

    def _answers(self) -> bool:
        if not self.running:
            raise ServerError((self.directory / "log").read_text())
        try:
            return bool(self.query("SELECT 1"))
        except psycopg.OperationalError:
            return False


@dataclass(frozen=True)
class Database:
    """
    A database of a server, for one test.
    """

    server: PostgresServer
    name: str

    def url(self, **parts: Any) -> str:
        """
        Build the URL of this database; takes what `PostgresServer.url` takes.
        """
        return self.server.url(database=self.name, **parts)

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """
        Run a statement in this database as the superuser, and return its rows.
        """
        return self.server.query(sql, *values, database=self.name)

    def drop(self) -> None:
        """
        Drop the database, under its clients.
        """
        self.server.query(f"DROP DATABASE {self.name} WITH (FORCE)")


@cache
def template(binaries: Path) -> Path:
    """
    Create a database cluster once; each server gets a copy.
    """
    directory = subdirectory("template")
    run(
        *(binaries / "initdb", "--pgdata", directory, "--no-sync", "--wal-segsize=1"),
        *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"),
    )
    return directory


def tls_options(directory: Path, certificate: Certificate) -> dict[str, str]:
    """
    Write a certificate, and return the settings that use it.
    """
    write(directory / "authority.pem", certificate.authority)
    return {
        "ssl": "on",
        "ssl_cert_file": str(write(directory / "server.crt", certificate.chain)),
        "ssl_key_file": str(write(directory / "server.key", certificate.key)),
    }


def launch(
    binaries: Path, directory: Path, port: int, options: dict[str, str]
) -> subprocess.Popen[bytes]:
    """
    Start the server's process, with its log and its socket in the directory.
    """
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(directory),
        "fsync": "off",
        **options,
    }
    settings = [f"--{name}={value}" for name, value in options.items()]
    # A wheel's own libpq, by which a follower asks its leader: the system's may be older.
    environ = {**os.environ, "LD_LIBRARY_PATH": str(binaries.parent / "lib")}
    with (directory / "log").open("wb") as log:
        return subprocess.Popen(
            as_server_user(binaries / "postgres", "-D", directory / "data", *settings),
            cwd=directory,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops us
        )


def send(number: signal.Signals, *processes: int) -> None:
    """
    Send a signal to those that still live.
    """
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            pass


def free_port() -> int:
    """
    Return a port of loopback on which nothing listens.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def started_once(
    start: Callable[[str], PostgresServer],
) -> Iterator[Callable[[str], PostgresServer]]:
    """
    Return what starts each kind of server the first time that it is asked for.
    """
    running: dict[str, PostgresServer] = {}
    with ExitStack() as stack:

        def server(kind: str) -> PostgresServer:
            if kind not in running:
                running[kind] = stack.enter_context(start(kind))
            return running[kind]

        yield server
