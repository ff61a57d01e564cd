"""
Debian's PgBouncer before a Postgres server: on loopback, in transaction mode.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.servers.postgres import PASSWORD, ROLE, PostgresServer, free_port
from tests.servers.waiting import wait_until
from tests.servers.workspace import ServerError, as_server_user, subdirectory, write

PROGRAM = Path("/usr/sbin/pgbouncer")  # apt-get install pgbouncer

CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={server}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {users}
pool_mode = transaction
default_pool_size = {size}
server_tls_sslmode = require
logfile = {log}
"""


@contextmanager
def pgbouncer(server: PostgresServer, *, size: int = 2) -> Iterator[int]:
    """
    Run one before the server, and yield its port.

    :param size: how many connections to a database its clients share.
    """
    if not PROGRAM.exists():
        raise ServerError(f"There is no {PROGRAM}. Run: make test-services")
    directory = subdirectory("pgbouncer")
    port = free_port()
    users = write(directory / "users.txt", f'"{ROLE}" "{PASSWORD}"\n')
    configuration = CONFIGURATION.format(
        server=server.port,
        port=port,
        users=users,
        size=size,
        log=directory / "log",
    )
    file = write(directory / "pgbouncer.ini", configuration)
    process = subprocess.Popen(
        as_server_user(PROGRAM, "--quiet", file),
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for pytest, which then stops us
    )
    try:
        wait_until(lambda: _answers(server, port, process))
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(
    server: PostgresServer, port: int, process: subprocess.Popen[bytes]
) -> bool:
    if process.poll() is not None:
        raise ServerError(f"{PROGRAM} ended with status {process.returncode}")
    try:
        psycopg.connect(server.url(port=port)).close()
    except psycopg.OperationalError:
        return False
    return True
