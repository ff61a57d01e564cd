"""
Sinks that mean no good: what is counted meanwhile arrives once, and no request notices.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from heroku_support.metrics import pusher, slots
from heroku_support.metrics.exits.heroku import HerokuExit
from heroku_support.metrics.layout import RESPONSES_2XX
from heroku_support.metrics.pusher import Pusher, Route
from heroku_support.metrics.slots import DUE
from tests.metrics.serving import Load, reported, serving
from tests.metrics.sink import OK, Answer, Sink, sink
from tests.processes import Project
from tests.servers.waiting import wait_until

COUNTED = "django.responses.2xx"


def status(code: int) -> bytes:
    return f"HTTP/1.1 {code} Reason\r\nContent-Length: 0\r\n\r\n".encode()


def hang(connection: socket.socket) -> None:
    connection.settimeout(60)
    connection.recv(1)  # nothing comes


def drip(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" * 100:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)  # slower than the deadline, quicker than any timeout of a read


def close(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.")


def reset(connection: socket.socket) -> None:
    lingering = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # on, for no time: it ends in RST
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)


HOSTILE: dict[str, bytes | Answer] = {
    "hangs": hang,
    "drips": drip,
    "closes amid its answer": close,
    "resets": reset,
    "leads elsewhere": b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
    "speaks something else": b"SSH-2.0-x\r\n",
    **{str(code): status(code) for code in (400, 401, 429, 500, 503)},
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A deadline and pauses that a test can wait for.
    """
    monkeypatch.setattr(pusher, "TIMEOUT", 0.2)
    monkeypatch.setattr(pusher, "LONGEST_PAUSE", 0.01)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("behaviour", HOSTILE)
def test_after_an_outage_everything_arrives_once(
    behaviour: str, caplog: pytest.LogCaptureFixture
):
    found = slots.private()
    slot = found.claim()
    assert slot is not None
    with sink() as receiver, caplog.at_level(logging.INFO, logger=pusher.__name__):
        exit_ = HerokuExit(receiver.url, prefix="django", slots=found)
        reporter = Pusher(found, [exit_], interval=20, quota=None)
        for answer in (OK, HOSTILE[behaviour], OK):
            receiver.answer = answer
            for _ in range(3):
                slot[RESPONSES_2XX] += 1
                push(found, reporter, receiver)
        arrived = receiver.total(COUNTED)

    assert arrived == 9
    assert (len(receiver.posts), receiver.attempts) == (6, 9)
    levels = [record.levelname for record in caplog.records]
    assert levels in (["WARNING", "INFO"], ["INFO"])


def push(found: slots.Slots, reporter: Pusher, receiver: Sink) -> None:
    """
    Make a report due, and tick until it was tried.
    """
    before = receiver.attempts

    def tried() -> bool:
        found.header[DUE] = time.monotonic_ns() - 1
        reporter.tick()
        return receiver.attempts > before

    wait_until(tried)


@pytest.mark.parametrize("host", ["a..b", "x" * 64, "nowhere.invalid"])
def test_a_host_without_a_name_is_a_failure_like_others(
    host: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    def resolve(name: str, *args: object, **kwargs: object) -> object:
        # What no name server needs to be asked for; nothing leaves the machine.
        if name == "nowhere.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ask(name, *args, **kwargs)

    ask: Callable[..., object] = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    found = slots.private()
    exit_ = HerokuExit(f"http://{host}/s3cret", prefix="django", slots=found)
    route = Route(exit_)
    for _ in range(3):
        route.send(pusher.snapshot.take(found, None), time.monotonic() + 5)

    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "s3cret" not in caplog.text


@pytest.mark.long
def test_no_request_waits_for_a_sink(example: Project, tmp_path: Path):
    times: dict[str, list[float]] = {}
    with (
        sink() as receiver,
        serving(example, "gthread+preload", tmp_path, receiver) as site,
    ):
        load = Load(site)
        load.run(100)
        for behaviour, answer in {"nothing": OK, **HOSTILE}.items():
            before = receiver.attempts
            receiver.answer = answer
            wait_until(lambda before=before: receiver.attempts > before, timeout=30)
            times[behaviour] = sorted(load.run(200))
            receiver.answer = OK
            wait_until(lambda: reported(receiver) == load.statuses, timeout=60)
        site.server.stop()
        output = site.server.output
    usual = median(times["nothing"])

    # Five milliseconds by the list, three times that on a machine with other work to do; which
    # is what the slowest of a hundred tell of. A post that hangs has five seconds.
    assert max(median(each) for each in times.values()) < usual + 0.015
    assert max(each[-3] for each in times.values()) < 1
    # A line when an outage begins, and none for 401 and 429, which come from time to time.
    assert output.count("it is tried again") <= len(HOSTILE) - 2
    assert reported(receiver) == load.statuses
