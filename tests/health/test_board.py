"""
The report that all processes of a dyno share: whole or not at all, whoever is killed or stopped.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from heroku_support.health import board as boards
from heroku_support.health.board import SEQUENCE, Board, Posted
from heroku_support.health.readiness import Outcome, Readiness, Report
from heroku_support.metrics import slots
from heroku_support.metrics.slots import Slots
from tests.health.test_readiness import Probe
from tests.metrics.actors import forked, shared
from tests.servers.waiting import wait_until

LONG = 60.0


def posted(*outputs: str) -> Posted:
    outcomes = [
        Outcome(f"{number}", "fail", 0.0, each) for number, each in enumerate(outputs)
    ]
    return Posted(Report(outcomes), time.monotonic())


def outputs(board: Board) -> list[str] | None:
    latest = board.latest()
    return latest and [each.output for each in latest.report.outcomes]


@pytest.fixture
def board() -> Board:
    return Board(slots.private())


@pytest.fixture
def open_slots(tmp_path: Path) -> Slots:
    # Once a process: to close any descriptor of the file gives up all its locks.
    return shared(tmp_path)


def test_at_first_there_is_none(board: Board):
    assert board.latest() is None


def test_what_is_posted_is_read_until_the_next(board: Board):
    board.post(posted("first"))
    first = board.latest()
    again = board.latest()
    board.post(posted("second", "and more"))

    assert first is again
    assert outputs(board) == ["second", "and more"]


def test_its_age_is_kept_to_the_millisecond(board: Board):
    made = posted().made
    board.post(Posted(Report([]), made))
    latest = board.latest()

    assert latest and abs(latest.made - made) < 0.001


def test_one_that_is_too_long_is_not_shown(board: Board):
    board.post(posted("short"))
    board.post(posted(*["x" * 500] * 100))

    assert outputs(board) == ["short"]


def test_one_that_is_being_written_is_not_read_and_the_next_heals_it(board: Board):
    board.post(posted("whole"))
    board._words[SEQUENCE] += 1  # killed while it wrote
    torn = board.latest()
    board.post(posted("healed"))

    assert torn is None
    assert outputs(board) == ["healed"]


def test_one_whose_bytes_are_another_ones_is_not_read(board: Board):
    board.post(posted("whole"))
    board._bytes[20] ^= 1

    assert board.latest() is None


def test_one_that_is_written_while_it_is_read_is_not_read(
    board: Board, monkeypatch: pytest.MonkeyPatch
):
    board.post(posted("whole"))
    original = boards.json.loads

    def loads(text: bytes) -> Any:
        # No other process can be had to do it at just this moment.
        board._words[SEQUENCE] += 2
        return original(text)

    monkeypatch.setattr(boards.json, "loads", loads)

    assert board.latest() is None


def test_to_begin_anew_takes_the_report_away():
    own = slots.private()
    Board(own).post(posted("old"))
    own.begin()

    assert Board(own).latest() is None


def test_no_reader_sees_half_of_what_another_process_writes(open_slots: Slots):
    def write() -> None:
        board = Board(open_slots)
        for number in count():
            board.post(posted(*[f"{number}"] * (number % 9)))

    writer = forked(write)
    board, seen = Board(open_slots), 0
    try:
        while seen < 200:
            found = outputs(board)
            assert found is None or len(set(found)) <= 1
            seen += bool(found)
    finally:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)


# --- two processes -------------------------------------------------------------------------


@pytest.fixture
def other(
    open_slots: Slots, tmp_path: Path
) -> Iterator[Callable[[Callable[[Board], None]], int]]:
    """
    Start a process that has the lock, and does what it is told; return its id.
    """
    children: list[int] = []

    def start(work: Callable[[Board], None]) -> int:
        has_lock = tmp_path / "has lock"

        def hold() -> None:
            board = Board(open_slots)
            board.take()
            has_lock.touch()
            work(board)

        children.append(forked(hold))
        wait_until(has_lock.exists)
        return children[-1]

    yield start
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def readiness(
    open_slots: Slots, probe: Probe, *, timeout: float = LONG, ttl: float = LONG
) -> Readiness:
    return Readiness([probe], timeout=timeout, ttl=ttl, board=lambda: Board(open_slots))


def pause(board: Board) -> None:
    signal.pause()


def test_what_another_process_has_found_is_given_out(open_slots: Slots):
    first, second = Probe(error=ValueError("no")), Probe()
    report = readiness(open_slots, first).report().result(timeout=10)
    same = readiness(open_slots, second).report().result(timeout=10)

    assert (first.runs, second.runs) == (1, 0)
    assert same.as_dict() == report.as_dict()


def test_what_another_process_has_found_too_long_ago_is_not(open_slots: Slots):
    probe = Probe()
    Board(open_slots).post(Posted(Report([]), time.monotonic() - 2))
    readiness(open_slots, probe, ttl=1).report().result(timeout=10)

    assert probe.runs == 1


def test_while_another_process_looks_this_one_waits_for_it(
    open_slots: Slots, tmp_path: Path, other: Callable[..., int]
):
    go_on = tmp_path / "go on"

    def work(board: Board) -> None:
        wait_until(go_on.exists)
        board.post(posted("theirs"))
        pause(board)

    other(work)
    probe = Probe()
    # However short its time: it was found while this one waited.
    waiting = readiness(open_slots, probe, ttl=0).report()
    go_on.touch()
    (outcome,) = waiting.result(timeout=10).outcomes

    assert (outcome.output, probe.runs) == ("theirs", 0)


def test_who_is_killed_while_it_looks_is_replaced(
    open_slots: Slots, other: Callable[..., int]
):
    holder = other(pause)
    probe = Probe()
    waiting = readiness(open_slots, probe).report()
    os.kill(holder, signal.SIGKILL)

    assert waiting.result(timeout=10).passed
    assert probe.runs == 1


def test_who_is_stopped_while_it_looks_keeps_nobody_waiting(
    open_slots: Slots, other: Callable[..., int]
):
    other(pause)
    probe = Probe()
    found = readiness(open_slots, probe, timeout=0.1).report().result(timeout=10)

    assert (found.passed, probe.runs) == (True, 1)
    assert Board(open_slots).latest() is None  # without the lock, nothing is shown


def test_what_was_found_while_the_lock_was_waited_for_is_enough(open_slots: Slots):
    probe = Probe()

    class Late(Board):
        def take(self) -> bool:
            self.post(posted("theirs"))
            return super().take()

    subject = Readiness([probe], timeout=LONG, ttl=0, board=lambda: Late(open_slots))
    subject.report().result(timeout=10)

    assert probe.runs == 0


def test_a_change_is_logged_by_the_process_that_saw_it(
    open_slots: Slots, caplog: pytest.LogCaptureFixture
):
    for _ in range(3):
        failing = Probe(error=ValueError("no"))
        readiness(open_slots, failing, ttl=0).report().result(timeout=10)

    assert [record.getMessage() for record in caplog.records] == [
        "readiness: fail probe: no"
    ]


def test_without_memory_to_share_there_is_an_answer():
    def fail() -> Board:
        raise MemoryError("no memory")

    found = Readiness([Probe()], timeout=1, ttl=1, board=fail).report()

    assert found.result(timeout=10).outcomes[0].output == "no memory"


def test_an_error_of_the_board_is_an_answer(open_slots: Slots):
    class Broken(Board):
        def take(self) -> bool:
            raise OSError("no lock")

    subject = Readiness([Probe()], timeout=1, ttl=1, board=lambda: Broken(open_slots))

    assert subject.report().result(timeout=10).outcomes[0].output == "no lock"
