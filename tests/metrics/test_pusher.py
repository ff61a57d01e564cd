"""
When snapshots leave, and what happens when they do not.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
import tracemalloc
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from heroku_support.metrics import frames, pusher, slots, snapshot
from heroku_support.metrics.errors import ExitError
from heroku_support.metrics.exits.heroku import HerokuExit
from heroku_support.metrics.layout import CPU
from heroku_support.metrics.pusher import Pusher, Route
from heroku_support.metrics.slots import DUE, Slots
from heroku_support.metrics.snapshot import SECOND, Snapshot
from tests.metrics.actors import forked, shared
from tests.servers.postgres import free_port


@dataclass
class Recording:
    """
    An exit that remembers what it was asked to send, and fails as it is told.
    """

    error: Exception | None = None
    sent: list[Snapshot] = field(default_factory=list)
    name: str = "recording"

    def send(self, snapshot: Snapshot, deadline: float) -> None:
        self.sent.append(snapshot)
        if self.error:
            raise self.error


def make(found: Slots, *exits: Recording, interval: float = 20) -> Pusher:
    return Pusher(found, exits, interval=interval, quota=None)


def make_due(found: Slots) -> None:
    found.header[DUE] = time.monotonic_ns() - 1


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """
    The clock that pauses are measured by, which the test sets.
    """
    # Nobody waits two minutes for a pause to end.
    now = [1000.0]
    monkeypatch.setattr(pusher.time, "monotonic", lambda: now[0])
    return now


# --- when ----------------------------------------------------------------------------------


def test_the_first_report_is_due_within_an_interval():
    found, recording = slots.private(), Recording()
    before = time.monotonic_ns()
    make(found, recording).tick()
    wait = (found.header[DUE] - before) / SECOND

    assert (recording.sent, frames.latest(found)) == ([], [])
    assert 10 <= wait <= 21


def test_what_is_due_leaves_once_and_a_frame_is_kept():
    found, recording = slots.private(), Recording()
    reporter = make(found, recording)
    make_due(found)
    due = found.header[DUE]
    reporter.tick()
    reporter.tick()

    assert (len(recording.sent), len(frames.latest(found))) == (1, 1)
    assert found.header[DUE] == due + 20 * SECOND  # in step, however late


def test_who_was_away_for_long_reports_once():
    found, recording = slots.private(), Recording()
    found.header[DUE] = 1
    reporter = make(found, recording)
    reporter.tick()
    reporter.tick()

    assert len(recording.sent) == 1


def test_what_another_interval_has_set_is_not_waited_for():
    found, recording = slots.private(), Recording()
    found.header[DUE] = time.monotonic_ns() + 3600 * SECOND
    make(found, recording).tick()

    assert len(recording.sent) == 1


def test_only_the_process_that_leads_reports(tmp_path: Path):
    found, recording = shared(tmp_path), Recording()
    reading, writing = os.pipe()

    def lead() -> None:
        own = shared(tmp_path)
        os.write(writing, b"1" if own.lead() else b"0")
        signal.pause()

    child = forked(lead)
    os.read(reading, 1)
    reporter = make(found, recording)
    make_due(found)
    reporter.tick()
    while_another_led = len(recording.sent)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    reporter.tick()
    os.close(reading)
    os.close(writing)

    assert (while_another_led, len(recording.sent)) == (0, 1)


# --- failures ------------------------------------------------------------------------------


@pytest.mark.usefixtures("patient")
def test_one_exit_that_fails_leaves_the_others_alone():
    found = slots.private()
    broken, sound = Recording(RuntimeError("no")), Recording()
    make_due(found)
    make(found, broken, sound).tick()

    assert (len(broken.sent), len(sound.sent)) == (1, 1)


def test_a_failure_is_tried_again_after_pauses_that_grow(patient: list[float]):
    found, recording = slots.private(), Recording(OSError("refused"))
    reporter = make(found, recording)
    make_due(found)
    tries = []
    for _ in range(1500):
        reporter.tick()
        if len(recording.sent) > len(tries):
            tries.append(patient[0])
        patient[0] += 0.5
    pauses = [after - before for before, after in pairwise(tries)]

    assert 1 <= pauses[0] <= 2.5
    assert 60 <= max(pauses) <= pusher.LONGEST_PAUSE + 0.5
    assert len(frames.latest(found)) == 1  # what is tried again is no new interval


def test_an_outage_is_two_lines_of_the_log(
    patient: list[float], caplog: pytest.LogCaptureFixture
):
    recording = Recording(OSError("refused http://u:s3cret@host/"))
    route = Route(recording)
    with caplog.at_level(logging.INFO, logger=pusher.__name__):
        for _ in range(5):
            send(route)
        recording.error = None
        send(route)
        send(route)

    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "s3cret" not in caplog.text


def send(route: Route) -> None:
    found = slots.private()
    frame = frames.read(found)
    route.send(Snapshot(frame, frame, None, None), 0)


def test_what_comes_from_time_to_time_is_not_logged(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, logger=pusher.__name__):
        send(Route(Recording(ExitError("status 429", quiet=True))))

    assert caplog.records == []


def test_an_outage_of_an_hour_takes_no_memory_no_thread_and_no_descriptor():
    found = slots.private()
    found.claim()
    exit_ = HerokuExit(f"http://127.0.0.1:{free_port()}/", prefix="", slots=found)
    route, taken = Route(exit_), snapshot.take(found, None)
    deadline = time.monotonic() + 60

    def fail(times: int) -> tuple[int, int]:
        for _ in range(times):
            route.send(taken, deadline)
        return threading.active_count(), len(os.listdir("/proc/self/fd"))

    before = fail(10)
    tracemalloc.start()
    after = fail(1000)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert after == before
    assert grown < 100_000  # bytes


@pytest.mark.parametrize("hours", [-1, 24])
def test_a_clock_that_is_set_changes_no_interval_and_no_rate(
    hours: int, monkeypatch: pytest.MonkeyPatch
):
    found, recording = slots.private(), Recording()
    slot = found.claim()
    assert slot is not None
    reporter = make(found, recording)
    make_due(found)
    reporter.tick()
    slot[CPU] += 1
    # A test may not set the machine's clock.
    later = time.time_ns() + hours * 3600 * SECOND
    monkeypatch.setattr(frames.time, "time_ns", lambda: later)
    reporter.tick()
    before = len(recording.sent)
    make_due(found)
    reporter.tick()

    assert (before, len(recording.sent)) == (1, 2)
    assert min(recording.sent[-1].rates().values()) >= 0


# --- the end -------------------------------------------------------------------------------


def test_the_last_process_reports_what_is_left():
    found, recording = slots.private(), Recording()
    make(found, recording).finish(time.monotonic() + 1)

    assert (len(recording.sent), len(frames.latest(found))) == (1, 1)


def test_what_another_has_reported_meanwhile_is_not_reported_again():
    found, recording = slots.private(), Recording()
    slot = found.claim()
    reporter = make(found, recording)
    reporter.finish(time.monotonic() + 1)
    reporter.finish(time.monotonic() + 1)
    assert slot is not None
    slot[CPU] += 1
    reporter.finish(time.monotonic() + 1)

    assert len(recording.sent) == 2


def test_the_end_does_not_wait_for_longer_than_it_may(tmp_path: Path):
    found, recording = shared(tmp_path), Recording()
    reading, writing = os.pipe()

    def lead() -> None:
        own = shared(tmp_path)
        os.write(writing, b"1" if own.lead() else b"0")
        signal.pause()

    child = forked(lead)
    os.read(reading, 1)
    begin = time.monotonic()
    make(found, recording).finish(begin + 0.2)
    took = time.monotonic() - begin
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    os.close(writing)

    assert recording.sent == []
    assert 0.2 <= took < 2
