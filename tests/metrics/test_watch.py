"""
The live view: what it shows, on terminals of any size, on a pipe, and how it leaves them.
"""

from __future__ import annotations

import fcntl
import io
import itertools
import os
import pty
import struct
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

import pytest

from heroku_support.dyno import Dyno
from heroku_support.metrics import catalogue, formation, screen, slots, watch
from heroku_support.metrics.errors import ShowError
from heroku_support.metrics.layout import BUCKETS, RESPONSES_2XX, Distribution
from heroku_support.metrics.overview import Identity, Overview, Point
from heroku_support.metrics.running import Running
from heroku_support.metrics.slots import Slots
from heroku_support.metrics.snapshot import SECOND
from heroku_support.metrics.watch import AllDynos, OneServer, View

NOW = 1_700_000_000.0
MEGABYTE = 1024 * 1024
WEB = Dyno.from_environ({"DYNO": "run.1", "DYNO_RAM": "512"}, argv=["manage.py"])
GAUGES = {
    "workers": 4,
    "requests.in_flight": 3,
    "requests.stuck": 1,
    "backlog": 0,
    "memory.used": 312 * MEGABYTE,
    "memory.quota": 512 * MEGABYTE,
    "memory.usage": 0.6094,
}


def seen(bucket: int, count: int) -> Distribution:
    return Distribution(0, [0] * bucket + [count] + [0] * (BUCKETS - bucket - 1))


def minutes(requests: int) -> list[Point]:
    return [
        Point(
            NOW + 20 * each,
            20.0,
            {"requests": requests * each, "responses.2xx": requests * each, "cpu": 5e6},
            GAUGES,
            {"service": seen(30, requests), "queue": seen(20, requests)},
        )
        for each in range(1, 11)
    ]


def overview(name: str = "web.1", *, requests: int = 20, **more: Any) -> Overview:
    who = Identity(name, "web", "shop", "v42", "c0ffee" * 6)
    found = Overview(who, NOW, 20.0, GAUGES, {"requests": 9}, minutes(requests))
    return replace(found, **more)


# --- what is shown -------------------------------------------------------------------------


def test_one_dyno_is_shown_whole():
    shown = watch.lines(View([overview()]), width=80, height=24)

    assert shown[0].endswith("  web.1  shop  v42  c0ffeec0")
    assert shown[2:7] == [
        "requests  10/s   2xx 10  3xx 0  4xx 0  5xx 0  exceptions 0",
        "service   median 16.6ms  p95 16.6ms  p99 16.6ms  max 16.6ms",
        "queue     median 2.93ms  p95 2.93ms  p99 2.93ms  max 2.93ms",
        "workers   4   in flight 3   stuck     1   backlog   0",
        "memory    312 MB of 512 MB, 61%   processor 25% of a core",
    ]
    assert shown[8:10] == ["the last 3.3 minutes", "requests/s ▂▂▃▄▅▅▆▇▇█  max 10"]


def test_tasks_are_shown_where_there_are_any():
    point = Point(
        NOW, 20.0, {"tasks": 40, "tasks.failures": 10}, {}, {"task": seen(60, 9)}
    )
    worker = overview("worker.1", counters={"tasks": 40}, series=[point])
    shown = screen.details(worker, width=80)

    assert shown[5:7] == [
        "tasks     2/s   failures 0.5  retries 0",
        "task      median     3s  p95     3s  p99     3s  max     3s",
    ]


def test_several_are_shown_as_their_sum_and_each():
    dynos = [overview("web.1"), overview("web.2", requests=40)]
    shown = watch.lines(View(dynos), width=80, height=40)

    assert shown[0].endswith("all dynos  shop  v42  c0ffeec0")
    assert shown[2].startswith("requests  30/s")
    assert shown[-3].split()[:3] == ["dyno", "release", "req/s"]
    assert [line.split()[:3] for line in shown[-2:]] == [
        ["web.1", "v42", "10"],
        ["web.2", "v42", "20"],
    ]


def test_what_nobody_knows_is_a_dash():
    empty = overview(gauges={}, series=[], counters={})
    shown = "\n".join(screen.details(empty, width=80) + [screen.line(empty)])

    assert "memory    -" in shown
    assert "workers   -" in shown
    assert "p95=- p99=- queue=- mem=- work=-" in shown


def test_an_interval_without_a_value_is_a_gap():
    points = minutes(20)
    points[1] = replace(points[1], timers={}, counts={})
    shown = screen.details(overview(series=points), width=80)

    assert any(line.startswith("p95        █ ███") for line in shown)


@pytest.mark.parametrize("count", [0, 1, 2, 50])
@pytest.mark.parametrize("width", [1, 20, 80, 300])
@pytest.mark.parametrize("height", [1, 5, 24])
def test_nothing_is_wider_or_higher_than_the_terminal(
    count: int, width: int, height: int
):
    dynos = [overview(f"web.{number}") for number in range(count)]
    shown = watch.lines(View(dynos), width=width, height=height)

    assert 1 <= len(shown) <= height
    assert max(map(len, shown)) <= width


def test_the_widest_numbers_leave_the_table_within_eighty_columns():
    point = Point(
        NOW,
        1.0,
        {"requests": 123_456, "responses.5xx": 12_345},
        {},
        {"service": seen(BUCKETS - 1, 9), "queue": seen(BUCKETS - 1, 9)},
    )
    gauges = {**GAUGES, "memory.usage": 2.0, "workers": 256, "requests.in_flight": 9999}
    widest = overview("web-12a34b56d-e78f9", series=[point], gauges=gauges)
    rows = screen.table([widest], now=NOW + 3600, width=200)

    assert [len(row) <= 80 for row in rows] == [True, True]
    assert rows[1].split() == (
        "web-12a34b56 v42 123456 12345 105s 105s 105s 200% 256 9999 3600 s".split()
    )


def test_what_a_dyno_is_called_cannot_move_the_cursor():
    who = Identity("web\x1b[2J.1", "web", "shop\n", "v\x071", "\x9b")
    shown = watch.lines(View([overview(identity=who)] * 2), width=80, height=40)

    assert all(line.isprintable() for line in shown)
    assert "\x1b" not in screen.line(overview(identity=who))


def test_more_lines_than_there_is_room_for_are_counted():
    dynos = [overview(f"web.{number}") for number in range(50)]
    shown = watch.lines(View(dynos), width=80, height=24)

    assert shown[-1] == "... 44 more lines"


def test_trouble_stands_above_what_was_known_before():
    shown = watch.lines(View([overview()], "away"), width=80, height=24)

    assert shown[1] == "away"


# --- one server ----------------------------------------------------------------------------


@pytest.fixture
def found() -> Slots:
    return slots.private()


def server(found: Slots, dyno: str = "web.1") -> OneServer:
    running = Running(found, dyno, frozenset({1}), "/app", "gunicorn")
    return OneServer(running, WEB, 20)


def test_the_last_seconds_are_the_last_point(found: Slots):
    slot = found.claim()
    assert slot is not None
    look = server(found)
    first = look()
    slot[RESPONSES_2XX] += 7
    (second,) = look().dynos

    assert first.dynos[0].series == []
    assert second.series[-1].counts["requests"] == 7
    assert second.identity.dyno == "web.1"


def test_what_is_long_ago_is_none_of_the_last_seconds(
    found: Slots, monkeypatch: pytest.MonkeyPatch
):
    look = server(found, "local")
    clock = itertools.count(time.monotonic_ns(), SECOND)
    # The test would take as long as the window is.
    monkeypatch.setattr("time.monotonic_ns", lambda: next(clock))
    for _ in range(20):
        last = look().dynos[0].series[-1:]

    assert last[0].seconds <= watch.WINDOW + 1


def test_a_server_that_began_anew_has_nothing_to_compare_with(found: Slots):
    slot = found.claim()
    assert slot is not None
    look = server(found)
    slot[RESPONSES_2XX] += 7
    look()
    found.begin()

    assert look().dynos[0].series == []


def test_a_server_that_has_ended_is_told(found: Slots):
    assert server(found)().trouble == "no process of it is running"


# --- all dynos -----------------------------------------------------------------------------


def test_while_the_store_is_away_the_last_that_was_known_is_shown(
    monkeypatch: pytest.MonkeyPatch,
):
    known = [overview()]
    answers: Iterator[Any] = iter([known, ShowError("away")])

    def read(dyno: Dyno, *, timeout: float) -> Any:
        answer = next(answers)
        if isinstance(answer, ShowError):
            raise answer
        return answer

    # The store itself is in test_formation.
    monkeypatch.setattr(formation, "read", read)
    look = AllDynos(WEB)
    views = [look(), look()]
    look._ask_at = 0

    assert views == [View(known), View(known)]
    assert look() == View(known, "away")


# --- on a terminal -------------------------------------------------------------------------


@dataclass
class Terminal:
    """
    A pseudo-terminal: the side of a program, and what a person sees of it.
    """

    out: TextIO
    person: int

    def resize(self, width: int, height: int) -> None:
        size = struct.pack("HHHH", height, width, 0, 0)
        fcntl.ioctl(self.person, termios.TIOCSWINSZ, size)

    def seen(self, until: str) -> str:
        found = b""
        while not found.endswith(until.encode()):
            found += os.read(self.person, 1 << 20)
        return found.decode()


@contextmanager
def terminal(encoding: str = "utf-8") -> Iterator[Terminal]:
    person, program = pty.openpty()
    with open(program, "w", encoding=encoding, newline="") as out:
        yield Terminal(out, person)
    os.close(person)


class Enough(Exception):
    """
    What ends a view here; Ctrl-C would end the tests.
    """


def show(out: TextIO, *steps: Any, view: View | None = None) -> None:
    """
    Watch until the steps are done, each instead of a pause.
    """
    left = iter(steps)

    def pause(seconds: float) -> None:
        step = next(left, None)
        if step is None:
            raise Enough
        step()

    with pytest.raises(Enough):
        watch.watch(lambda: view or View([overview()]), out, pause=pause)


def test_a_terminal_is_left_as_it_was():
    with terminal() as found:
        found.resize(80, 24)
        show(found.out)
        seen = found.seen(watch.FIRST_SCREEN)

    assert seen.startswith(watch.OTHER_SCREEN)
    assert "▂▂▃▄▅▅▆▇▇█" in seen


def test_it_follows_the_size_of_the_terminal():
    pictures: list[str] = []
    with terminal() as found:
        found.resize(80, 40)

        def smaller() -> None:
            pictures.append(found.seen(watch.REST))
            found.resize(30, 8)

        show(found.out, smaller)
        pictures.append(found.seen(watch.FIRST_SCREEN))
    rows = [each.split(watch.TOP)[1].count("\x1b[K\r\n") for each in pictures]

    assert rows == [15, 7]
    assert "more lines" in pictures[1]


def test_a_terminal_that_has_no_size_is_taken_for_a_common_one():
    with terminal() as found:
        show(found.out)
        seen = found.seen(watch.FIRST_SCREEN)

    assert seen.count("\x1b[K\r\n") == 15


def test_a_terminal_without_unicode_gets_other_bars():
    with terminal("ascii") as found:
        found.resize(80, 24)
        show(found.out)
        seen = found.seen(watch.FIRST_SCREEN)

    assert seen.isascii()
    assert "max 10" in seen


def test_where_no_terminal_is_lines_are_written():
    out = io.StringIO()
    show(out, lambda: None, view=View([overview(), overview("web.2")], "away"))
    lines = out.getvalue().splitlines()

    assert lines[:4] == lines[4:]
    assert lines[0] == "away"
    assert [line.split()[1] for line in lines[1:4]] == ["web.1", "web.2", "all"]
    assert "req/s=20 5xx/s=0 p95=16.6ms" in lines[3]


def test_one_dyno_needs_no_sum(tmp_path: Path):
    with (tmp_path / "out").open("w+") as out:
        show(out)
        out.seek(0)
        (line,) = out.readlines()

    assert catalogue.REQUESTS and line.split()[1] == "web.1"
