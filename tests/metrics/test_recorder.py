"""
What one process does for the dyno's metrics, from its first request to its end.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from heroku_support.metrics import catalogue, frames, layout, sampler, slots
from heroku_support.metrics.pusher import Pusher
from heroku_support.metrics.recorder import Recorder
from heroku_support.metrics.slots import Slots
from tests.metrics.actors import Actor, forked, path_in, shared
from tests.metrics.test_pusher import Recording
from tests.servers.waiting import wait_until


class Started:
    """
    A recorder of this process, with an exit that remembers.
    """

    def __init__(self, folder: Path | None) -> None:
        self.recording = Recording()
        self.recorder = Recorder(
            lambda: shared(folder) if folder else slots.private(),
            self.pusher,
            port=None,
            interval=20,
            quota=None,
        )

    def pusher(self, found: Slots) -> Pusher:
        return Pusher(found, [self.recording], interval=20, quota=None)

    def serve(self, count: int = 1) -> None:
        for _ in range(count):
            requests = self.recorder.requests
            requests.end(requests.begin(None), 200)

    @property
    def counted(self) -> int:
        return self.recorder.snapshot().counters()[catalogue.REQUESTS]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Threads that look twenty times a second.
    """
    # What waits for a thread's next look would wait a second each time.
    monkeypatch.setattr(sampler, "TICK", 0.05)
    others.clear()
    others.update(threading.enumerate())


@pytest.fixture(params=["shared", "private"])
def started(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Started]:
    found = Started(tmp_path if request.param == "shared" else None)
    yield found
    found.recorder.leave()


# Those of other tests, which end when their recorder does.
others: set[threading.Thread] = set()


def threads() -> list[threading.Thread]:
    return [
        each
        for each in threading.enumerate()
        if "metrics" in each.name and each not in others
    ]


def test_the_first_request_begins_it_all(started: Started):
    before = threads()
    started.serve(2)
    gauges = wait_until(lambda: memory_of(started))

    assert (before, len(threads()), started.counted) == ([], 1, 2)
    assert gauges[catalogue.WORKERS] == 1


def memory_of(started: Started) -> dict[catalogue.Metric, float] | None:
    gauges = started.recorder.snapshot().gauges()
    return gauges if catalogue.MEMORY_USED in gauges else None


def test_threads_that_begin_at_once_share_a_slot(started: Started):
    workers = [threading.Thread(target=started.serve) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    workers_told = started.recorder.snapshot().gauges()[catalogue.WORKERS]

    assert (started.counted, workers_told, len(threads())) == (8, 1, 1)


def test_a_child_counts_for_itself_and_starts_anew(tmp_path: Path):
    started = Started(tmp_path)
    started.serve()
    reading, writing = os.pipe()

    def work() -> None:
        started.recorder.forget()  # as os.register_at_fork has it done
        started.serve(2)
        os.write(writing, b"%d" % len(threads()))
        started.recorder.leave()

    os.waitpid(forked(work), 0)
    threads_of_child = os.read(reading, 1)
    counted = started.counted
    started.recorder.leave()
    os.close(reading)
    os.close(writing)

    assert (threads_of_child, counted) == (b"1", 3)


def test_a_child_that_serves_nothing_takes_no_slot_and_starts_no_thread(
    tmp_path: Path,
):
    # As of multiprocessing, out of a view.
    started = Started(tmp_path)
    started.serve()
    reading, writing = os.pipe()

    def work() -> None:
        started.recorder.forget()
        os.write(writing, b"%d" % len(threads()))
        started.recorder.leave()

    os.waitpid(forked(work), 0)
    threads_of_child = os.read(reading, 1)
    found = started.recorder.snapshot()
    slots_used = len(list(shared_reader(started).used()))
    started.recorder.leave()
    os.close(reading)
    os.close(writing)

    assert (threads_of_child, slots_used) == (b"0", 1)
    assert found.gauges()[catalogue.WORKERS] == 1
    assert len(started.recording.sent) == 1  # by the parent


def test_a_fork_while_a_thread_holds_any_lock_ends_no_child(tmp_path: Path):
    started = Started(tmp_path)
    started.serve()
    own, requests = started.recorder._sampler, started.recorder.requests
    assert own is not None

    def work() -> None:
        signal.alarm(20)  # instead of for ever
        started.recorder.forget()
        started.serve()

    with own._stop._cond, own._working, started.recorder._lock, requests._lock:
        child = forked(work)
    _, status = os.waitpid(child, 0)
    counted = started.counted
    started.recorder.leave()

    assert (status, counted) == (0, 2)


def test_what_goes_wrong_at_the_first_request_is_logged_and_it_is_served(
    caplog: pytest.LogCaptureFixture,
):
    recorder = Recorder(
        broken, lambda found: broken(), port=None, interval=20, quota=None
    )
    requests = recorder.requests
    requests.end(requests.begin(None), 200)

    assert caplog.messages == ["metrics: no"]


def test_where_nothing_can_report_it_is_said_and_requests_are_counted(
    caplog: pytest.LogCaptureFixture,
):
    recorder = Recorder(
        slots.private, lambda found: broken(), port=None, interval=20, quota=None
    )
    requests = recorder.requests
    requests.end(requests.begin(None), 200)
    wait_until(lambda: caplog.messages)
    counted = recorder.snapshot().counters()[catalogue.REQUESTS]
    recorder.forget()

    assert (caplog.messages, counted) == (["metrics: no"], 1)


def test_a_child_without_a_file_does_not_count_what_its_parent_has():
    started = Started(None)
    started.serve(5)
    reading, writing = os.pipe()

    def work() -> None:
        started.recorder.forget()
        started.serve()
        os.write(writing, b"%d" % started.counted)

    os.waitpid(forked(work), 0)
    counted = os.read(reading, 1)
    started.recorder.leave()
    os.close(reading)
    os.close(writing)

    assert counted == b"1"


# --- leaving -------------------------------------------------------------------------------


def test_the_last_process_reports_when_it_leaves(started: Started):
    started.serve(3)
    started.recorder.leave()
    (last,) = started.recording.sent

    assert last.counters()[catalogue.REQUESTS] == 3
    assert wait_until(lambda: not threads())


def test_one_that_is_replaced_leaves_that_to_the_next(started: Started):
    started.serve()
    started.recorder.leave(is_replaced=True)

    assert started.recording.sent == []


def test_one_of_several_leaves_that_to_the_others(tmp_path: Path):
    started = Started(tmp_path)
    started.serve()
    other = Actor.start(tmp_path)
    started.recorder.leave()
    found = shared(tmp_path)
    workers = frames.read(found).gauges.workers
    other.kill()

    assert (started.recording.sent, workers) == ([], 1)


def test_after_it_left_a_process_counts_no_more(started: Started):
    started.serve()
    started.recorder.leave()
    started.serve(5)
    started.recorder.leave()

    assert len(started.recording.sent) == 1
    assert threads() == [] or wait_until(lambda: not threads())


def test_a_process_that_counted_nothing_has_nothing_to_leave(started: Started):
    started.recorder.leave()

    assert started.recording.sent == []


def test_a_report_under_way_is_not_waited_for_at_the_end(
    started: Started, monkeypatch: pytest.MonkeyPatch
):
    # As while a post hangs; five seconds would be too long for a test.
    monkeypatch.setattr("heroku_support.metrics.recorder.LAST_WORDS", 0.1)
    started.serve()
    own = started.recorder._sampler
    assert own is not None
    with own._working:
        begin = time.monotonic()
        started.recorder.leave()

    assert time.monotonic() - begin < 2


# --- the thread ----------------------------------------------------------------------------


def test_a_slot_that_another_process_has_taken_is_left_to_it(tmp_path: Path):
    started = Started(tmp_path)
    started.serve()
    own = started.recorder._sampler
    assert own is not None
    with own._working:  # the thread would get the lock back at once
        path_in(tmp_path).read_bytes()  # closing it loses the lock
        other = Actor.start(tmp_path)
        own.sample()
    started.serve()
    gauges = started.recorder.snapshot().gauges()
    started.recorder.leave()
    other.kill()

    assert (gauges[catalogue.WORKERS], started.recorder._sampler) == (2, None)
    assert wait_until(lambda: not threads())


def test_a_process_without_a_slot_serves_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # 256 processes are more than a test should start.
    monkeypatch.setattr(slots, "SLOTS", 1)
    other = Actor.start(tmp_path)
    started = Started(tmp_path)
    started.serve()
    counted = started.recorder.snapshot().counters()
    other.kill()

    assert counted[catalogue.UNCOUNTED] == 1
    assert (counted[catalogue.REQUESTS], threads()) == (0, [])


def test_what_goes_wrong_is_logged_once_and_ends_nothing(
    started: Started,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    started.serve()
    own = started.recorder._sampler
    assert own is not None
    with own._working:
        # Nothing that it looks at fails here.
        monkeypatch.setattr(own._process, "measure", broken)
        with caplog.at_level(logging.INFO, logger=sampler.__name__):
            own.sample()
            own.sample()
        monkeypatch.undo()

    assert caplog.messages == ["metrics: no"]


def broken() -> NoReturn:
    raise RuntimeError("no")


def test_without_a_thread_to_be_had_requests_are_counted(
    started: Started,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    # This process may have as many as it likes.
    monkeypatch.setattr(threading.Thread, "start", lambda self: broken())
    started.serve()

    assert (started.counted, caplog.messages) == (1, ["metrics: no"])


def test_a_thread_that_is_stopped_before_it_began_does_nothing(started: Started):
    started.serve()
    own = started.recorder._sampler
    assert own is not None
    with own._working:
        own.abandon()
    wait_until(lambda: not threads())
    own._run()

    assert threads() == []


def test_stuck_requests_are_told_within_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Nobody waits for 25 seconds.
    monkeypatch.setattr("heroku_support.metrics.instruments.STUCK_AFTER", 0)
    started = Started(tmp_path)
    key = started.recorder.requests.begin(None)
    wait_until(lambda: frames.read(shared_reader(started)).gauges.stuck == 1)
    started.recorder.requests.end(key, 200)
    started.recorder.leave()


def shared_reader(started: Started) -> Slots:
    found = started.recorder._slots
    assert found is not None
    return found


# --- the event loop ------------------------------------------------------------------------


def test_each_event_loop_is_watched_while_it_runs(started: Started):
    async def serve() -> int:
        started.recorder.watch_loop()
        started.recorder.watch_loop()
        slot = started.recorder.attach()
        while not sum(slot[layout.LOOP_DELAY + 1 : layout.UNCOUNTED]):
            await asyncio.sleep(0.01)
        return sum(slot[layout.LOOP_DELAY + 1 : layout.UNCOUNTED])

    first = asyncio.run(serve())
    second = asyncio.run(serve())

    assert second > first - 1 >= 0
