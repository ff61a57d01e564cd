"""
Debian's RabbitMQ: on loopback, on free ports, with TLS, gone after the test.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from tests.servers.certificates import Certificate, self_sign
from tests.servers.postgres import free_port
from tests.servers.server import Server
from tests.servers.waiting import wait_until
from tests.servers.workspace import ServerError, as_server_user, subdirectory, write

# The script itself: the one on the PATH becomes the user rabbitmq, with that user's data.
PROGRAM = Path(
    "/usr/lib/rabbitmq/bin/rabbitmq-server"
)  # apt-get install rabbitmq-server
NAMESERVER = Path("/usr/bin/epmd")

USER, VIRTUAL_HOST = "hare", "burrow/1"
# Needs percent-encoding in a URL, and no piece of it stands anywhere by chance.
PASSWORD = "Rq9@zX/5:wL%B"

CONFIGURATION = """
listeners.tcp.1 = 127.0.0.1:{port}
listeners.ssl.1 = 127.0.0.1:{tls_port}
ssl_options.cacertfile = {directory}/server.crt
ssl_options.certfile = {directory}/server.crt
ssl_options.keyfile = {directory}/server.key
default_user = {user}
default_pass = {password}
default_vhost = {virtual_host}
log.console = true
log.file = false
"""


@dataclass(eq=False)
class RabbitMQServer(Server):
    """
    A running server. `with RabbitMQServer.start() as server:` stops it at the end.
    """

    port: int
    tls_port: int
    directory: Path = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)
    nameserver: subprocess.Popen[bytes] = field(repr=False)
    environ: dict[str, str] = field(repr=False)

    started: ClassVar[list[RabbitMQServer]] = []

    @classmethod
    def start(cls) -> RabbitMQServer:
        """
        Start a server, and the name server that Erlang wants beside it.
        """
        if not PROGRAM.exists():
            raise ServerError(f"There is no {PROGRAM}. Run: make test-services")
        directory = subdirectory("rabbitmq")
        ports = free_port(), free_port(), free_port(), free_port()
        configure(directory, ports[0], ports[1], self_sign())
        environ = environment(directory, nameserver=ports[2], distribution=ports[3])
        nameserver = launch(
            directory, environ, NAMESERVER, "-address", "127.0.0.1", "-port", ports[2]
        )
        wait_until(lambda: listens(ports[2]))
        process = launch(directory, environ, PROGRAM)
        server = cls(ports[0], ports[1], directory, process, nameserver, environ)
        cls.started.append(server)
        wait_until(server._answers, timeout=90)
        return server

    @property
    def running(self) -> bool:
        """
        Tell whether one of the two processes lives.
        """
        return self.process.poll() is None or self.nameserver.poll() is None

    def url(self, *, tls: bool = True) -> str:
        """
        Build a URL as CloudAMQP does.
        """
        scheme, port = ("amqps", self.tls_port) if tls else ("amqp", self.port)
        password, virtual_host = quote(PASSWORD, safe=""), quote(VIRTUAL_HOST, safe="")
        return f"{scheme}://{USER}:{password}@localhost:{port}/{virtual_host}"

    @property
    def authority(self) -> Path:
        """
        Return the certificate to trust.
        """
        return self.directory / "server.crt"

    def control(self, *command: str) -> str:
        """
        Run ``rabbitmqctl``, and return what it prints.
        """
        return subprocess.run(
            as_server_user(PROGRAM.with_name("rabbitmqctl"), "--quiet", *command),
            cwd=self.directory,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout

    def stop(self) -> None:
        """
        End both processes by their ids and remove their files; again does nothing.
        """
        for process in (self.process, self.nameserver):
            if process.poll() is None:
                # Of a group of its own: the script that was started waits for Erlang.
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(timeout=30)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _answers(self) -> bool:
        log = (self.directory / "log").read_text(errors="replace")
        if self.process.poll() is not None:
            raise ServerError(log)
        return "Server startup complete" in log


def configure(
    directory: Path, port: int, tls_port: int, certificate: Certificate
) -> None:
    """
    Write the configuration and what it names.
    """
    write(directory / "server.crt", certificate.chain)
    write(directory / "server.key", certificate.key)
    text = CONFIGURATION.format(
        directory=directory,
        port=port,
        tls_port=tls_port,
        user=USER,
        password=PASSWORD,
        virtual_host=VIRTUAL_HOST,
    )
    write(directory / "rabbitmq.conf", text)


def environment(
    directory: Path, *, nameserver: int, distribution: int
) -> dict[str, str]:
    """
    Return an environment in which nothing is shared with another RabbitMQ or Erlang.
    """
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(directory),  # Erlang's cookie
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(nameserver),
        "RABBITMQ_NODENAME": f"test{nameserver}@localhost",
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(directory / "data"),
        "RABBITMQ_LOG_BASE": str(directory / "logs"),
        "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(directory / "none.config"),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false"
        ),
    }


def launch(
    directory: Path, environ: dict[str, str], *command: Path | str | int
) -> subprocess.Popen[bytes]:
    """
    Start a process as the leader of a group, with its log in the directory.
    """
    with (directory / "log").open("ab") as log:
        return subprocess.Popen(
            as_server_user(*map(str, command)),
            cwd=directory,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def listens(port: int) -> bool:
    """
    Tell whether somebody listens on a port of loopback.
    """
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
