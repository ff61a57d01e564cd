"""
On an event loop a probe that waits stops nobody, and one that leaves leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from heroku_support.health.current import forget
from heroku_support.health.front import ASGIFront
from tests.health.test_readiness import Probe
from tests.processes import DYNO, Project, Server, environment
from tests.servers.binaries import majors_under_test
from tests.servers.postgres import PostgresServer, free_port
from tests.servers.waiting import wait_until


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Probe]:
    """
    A check that hangs until the test lets go.
    """
    found = Probe(hangs=True)
    monkeypatch.setattr("heroku_support.health.configured.checks", lambda: [found])
    forget()
    yield found
    found.released.set()
    forget()


async def ask(path: str) -> int:
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError("nothing is to be received")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "method": "GET", "headers": []}
    await ASGIFront(None)(scope, receive, send)
    status: int = sent[0]["status"]
    return status


def test_others_are_answered_while_a_probe_waits(probe: Probe):
    async def both() -> tuple[int, bool, int]:
        waiting = asyncio.ensure_future(ask("/health/ready"))
        live = await ask("/health/live")
        is_first = not waiting.done()
        probe.released.set()
        return live, is_first, await waiting

    assert asyncio.run(both()) == (200, True, 200)


def test_a_client_that_leaves_leaves_no_task(probe: Probe):
    async def leave() -> set[Any]:
        waiting = asyncio.ensure_future(ask("/health/ready"))
        while not probe.runs:
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return asyncio.all_tasks() - {asyncio.current_task()}

    threads = threading.active_count()
    left = asyncio.run(leave())
    probe.released.set()

    assert not left
    wait_until(lambda: threading.active_count() <= threads)


# --- real servers --------------------------------------------------------------------------

COMMANDS = {
    "uvicorn": ["uvicorn", "--port", "{port}", "config.asgi:application"],
    "daphne": ["daphne", "-b", "127.0.0.1", "-p", "{port}", "config.asgi:application"],
}


@contextmanager
def serving(example: Project, kind: str, server: PostgresServer) -> Iterator[Server]:
    variables = {**DYNO, "DATABASE_URL": server.url()}
    if kind == "gunicorn":
        with example.gunicorn(
            "-k", "asgi", application="config.asgi", **variables
        ) as served:
            yield served
        return
    port = free_port()
    words = [word.format(port=port) for word in COMMANDS[kind]]
    command = [sys.executable, "-m", *words]
    with example.serve(command, port, environment(**variables)) as served:
        yield served


@pytest.mark.long
@pytest.mark.parametrize("kind", ["gunicorn", *COMMANDS])
def test_a_frozen_database_stops_no_event_loop(example: Project, kind: str):
    with (
        PostgresServer.start(majors_under_test()[-1]) as server,
        serving(example, kind, server) as served,
    ):
        wait_until(lambda: served.get("/health/ready").status == 200)
        server.freeze()
        wait_until(lambda: served.get("/health/ready").status == 503)
        with ThreadPoolExecutor(20) as clients:
            probes = [clients.submit(timed, served, "ready") for _ in range(400)]
            lives = [timed(served, "live") for _ in range(20)]
            found = [each.result() for each in probes]
        server.thaw()
        wait_until(lambda: served.get("/health/ready").status == 200)

    assert {status for status, _ in found} == {503}
    # The deadline is a second; twenty clients share two cores with the server.
    assert max(seconds for _, seconds in found) < 4.5
    assert {status for status, _ in lives} == {200}
    assert sorted(seconds for _, seconds in lives)[10] < 0.5


def timed(served: Server, endpoint: str) -> tuple[int, float]:
    begun = time.monotonic()
    status = served.get(f"/health/{endpoint}").status
    return status, time.monotonic() - begun
