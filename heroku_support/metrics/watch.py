"""
A live view of one dyno or of all of them: on a terminal, or as lines where there is none.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TextIO

from heroku_support.dyno import Dyno
from heroku_support.metrics import formation, frames, overview, screen
from heroku_support.metrics.errors import ShowError
from heroku_support.metrics.frames import Frame
from heroku_support.metrics.overview import Overview
from heroku_support.metrics.running import LOCAL, Running
from heroku_support.metrics.slots import BEGUN
from heroku_support.metrics.snapshot import SECOND
from heroku_support.metrics.total import total

REFRESH = 1.0  # seconds
WINDOW = 5.0  # seconds over which what happens now is told
# Seconds between two looks at the store, and for each; dynos report each 20.
ASK_STORE = 5.0
# Of ECMA-48, and of xterm for the screen beside the one that is scrolled.
OTHER_SCREEN, FIRST_SCREEN = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
TOP, LINE_END, REST = "\x1b[H", "\x1b[K\n", "\x1b[J"
SMALLEST = (80, 24)  # where the terminal does not say


@dataclass
class View:
    """
    What is to be shown: the dynos, and why there may be older ones than wished for.
    """

    dynos: Sequence[Overview]
    trouble: str = ""

    def whole(self) -> Overview:
        """
        Return the one dyno, or the sum.
        """
        return self.dynos[0] if len(self.dynos) == 1 else total(self.dynos)


@dataclass
class OneServer:
    """
    The server that counts on this machine, with its last seconds as its last point.
    """

    server: Running
    dyno: Dyno
    interval: float
    _recent: deque[Frame] = field(default_factory=deque)

    def __call__(self) -> View:
        """
        Look at it.
        """
        found, now = self.look(), frames.read(self.server.slots)
        recent = self._recent
        if recent and recent[0].monotonic < self.server.slots.header[BEGUN]:
            recent.clear()  # another server counts there, from nought
        while len(recent) > 1 and now.monotonic - recent[1].monotonic > WINDOW * SECOND:
            recent.popleft()
        if recent:
            last = overview.point(recent[0], now, quota=self.dyno.memory)
            found = replace(found, series=[*found.series, last])
        recent.append(now)
        trouble = "" if now.gauges.workers else "no process of it is running"
        return View([found], trouble)

    def look(self) -> Overview:
        """
        Return what it has kept.
        """
        name = self.server.dyno
        called = {} if name == LOCAL else {"DYNO": name}
        dyno = Dyno.from_environ({**self.dyno.vars, **called}, argv=self.dyno.argv)
        return overview.take(self.server.slots, dyno, interval=self.interval)


@dataclass
class AllDynos:
    """
    Every dyno that the Key-Value Store knows; the last that were known while it is away.
    """

    dyno: Dyno
    _view: View = field(default_factory=lambda: View([]))
    _ask_at: float = 0.0

    def __call__(self) -> View:
        """
        Look at them, if it is time.
        """
        if time.monotonic() >= self._ask_at:
            try:
                self._view = View(formation.read(self.dyno, timeout=ASK_STORE))
            except ShowError as error:
                self._view = View(self._view.dynos, str(error))
            self._ask_at = time.monotonic() + ASK_STORE
        return self._view


def lines(view: View, *, width: int, height: int, bars: str = screen.BARS) -> list[str]:
    """
    Return the view as so many lines at most, each as long as the terminal is wide at most.
    """
    whole = view.whole()
    clock = datetime.now().strftime("%H:%M:%S")
    who = screen.heading(whole)
    found = [f"{clock}  {who}", *filter(None, [view.trouble]), ""]
    found += screen.details(whole, width=width, bars=bars)
    if len(view.dynos) > 1:
        found += ["", *screen.table(view.dynos, now=time.time(), width=width)]
    elif not view.dynos:
        found = [view.trouble or "No dyno reports."]
    if len(found) > height:
        left_out = len(found) - height + 1
        found = [*found[: height - 1], f"... {left_out} more lines"]
    return [line[:width] for line in found]


def watch(
    read: Callable[[], View], out: TextIO, *, pause: Callable[[float], None]
) -> None:
    """
    Show it for ever.

    :param pause: waits for so many seconds.
    """
    if out.isatty():
        _on_terminal(read, out, pause)
    else:
        _as_lines(read, out, pause)


def _on_terminal(
    read: Callable[[], View], out: TextIO, pause: Callable[[float], None]
) -> None:
    has_unicode = "utf" in (out.encoding or "").lower()
    bars = screen.BARS if has_unicode else screen.PLAIN_BARS
    with _other_screen(out):
        while True:
            width, height = _size(out)
            shown = lines(read(), width=width, height=height - 1, bars=bars)
            out.write(TOP + "".join(each + LINE_END for each in shown) + REST)
            out.flush()
            pause(REFRESH)


def _as_lines(
    read: Callable[[], View], out: TextIO, pause: Callable[[float], None]
) -> None:
    while True:
        view = read()
        if view.trouble:
            out.write(f"{view.trouble}\n")
        shown = [*view.dynos, *([view.whole()] if len(view.dynos) > 1 else [])]
        out.writelines(f"{screen.line(each)}\n" for each in shown)
        out.flush()
        pause(WINDOW)


@contextmanager
def _other_screen(out: TextIO) -> Iterator[None]:
    out.write(OTHER_SCREEN)
    try:
        yield
    finally:
        out.write(FIRST_SCREEN)
        out.flush()


def _size(out: TextIO) -> tuple[int, int]:
    found = os.get_terminal_size(out.fileno())
    return found.columns or SMALLEST[0], found.lines or SMALLEST[1]
