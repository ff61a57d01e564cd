"""
MemCachier's place taken by Debian's memcached, which asks for the same login by SASL.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.postgres import free_port, send
from tests.servers.valkey import suspend
from tests.servers.waiting import wait_until
from tests.servers.workspace import as_server_user, give, subdirectory, write
from tests.settings.key_value_clients import VALUE
from tests.settings.places import WEB, heroku

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(sys.version_info >= (3, 13), reason="pylibmc has no wheel"),
]

USER, PASSWORD = "123ABC", "Mc9@zX/5#vL%R"
PLUGINS = f"/usr/lib/{os.uname().machine}-linux-gnu/sasl2"
CONFIGURATION = """
mech_list: plain
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {database}
"""
LONGEST = 2.0  # seconds, of the behaviors
SLACK = 2.5

# In a process of its own: the library asks for SASL_PATH once.
ASK = """
import json, os, sys, time
from django.conf import settings
settings.configure()
from django.core.cache import CacheHandler
cache = CacheHandler({"default": json.loads(os.environ["CACHE"])})["default"]
for operation in sys.argv[1:]:
    start = time.monotonic()
    try:
        answer = cache.get("key") if operation == "get" else cache.set("key", "a value")
    except Exception as error:
        answer = str(error)
    print(json.dumps([answer, time.monotonic() - start]))
"""


@dataclass(frozen=True)
class Memcached:
    """
    A running server.
    """

    port: int
    process: subprocess.Popen[bytes]

    def ask(
        self,
        *operations: str,
        password: str = PASSWORD,
        first: str = "",
        **environ: str,
    ) -> list[list[object]]:
        """
        Get and set a key in Django's cache, and return the answers and the seconds of each.
        """
        variables = {
            "MEMCACHIER_SERVERS": f"127.0.0.1:{self.port}",
            "MEMCACHIER_USERNAME": USER,
            "MEMCACHIER_PASSWORD": password,
            "SASL_PATH": PLUGINS,
        }
        entry = heroku(WEB, **variables).caches()["default"]
        done = subprocess.run(
            [sys.executable, "-c", ASK, *operations],
            env={**os.environ, "SASL_PATH": PLUGINS, "CACHE": json.dumps(entry)}
            | environ,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def memcached() -> Iterator[Memcached]:
    """
    A memcached that asks for a user and a password.
    """
    directory = subdirectory("memcached")
    database = directory / "sasldb2"
    add_user(database)
    write(directory / "memcached.conf", CONFIGURATION.format(database=database))
    port = free_port()
    command = [find("memcached"), "-S", "-l", "127.0.0.1", "-p", str(port)]
    environ = {**os.environ, "SASL_CONF_PATH": str(directory)}
    with subprocess.Popen(as_server_user(*command), env=environ) as process:
        try:
            wait_until(lambda: listens(port))
            yield Memcached(port, process)
        finally:
            process.send_signal(signal.SIGTERM)
    shutil.rmtree(directory)


def add_user(database: Path) -> None:
    command = [find("saslpasswd2"), "-p", "-c", "-a", "memcached", "-f", str(database)]
    subprocess.run([*command, USER], input=PASSWORD.encode(), check=True)
    give(database)


def find(program: str) -> str:
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "Run: apt-get install memcached sasl2-bin"
    return found


def listens(port: int) -> bool:
    # Sockets of TCP that listen have the state 0A.
    lines = Path("/proc/net/tcp").read_text().splitlines()
    return any(f":{port:04X} 00000000:0000 0A" in line for line in lines)


@contextmanager
def frozen(memcached: Memcached) -> Iterator[None]:
    suspend(memcached.process.pid)
    try:
        yield
    finally:
        send(signal.SIGCONT, memcached.process.pid)


def test_the_cache_logs_in(memcached):
    _, (answer, _) = memcached.ask("set", "get")

    assert answer == VALUE


def test_a_wrong_password_is_refused(memcached):
    ((answer, _),) = memcached.ask("set", password="wrong")

    assert "AUTHENTICATION FAILURE" in answer


def test_a_frozen_server_keeps_a_page_for_the_timeout_only_and_once(memcached):
    with frozen(memcached):
        (_, first), (answer, second) = memcached.ask("get", "get")

    assert first < LONGEST + SLACK
    assert ("MARKED DEAD" in answer, second < LONGEST) == (True, True)


def test_the_wheel_does_not_log_in_without_sasl_path(memcached):
    ((answer, _),) = memcached.ask("set", SASL_PATH="")

    assert "FAILED TO SEND AUTHENTICATION" in answer
