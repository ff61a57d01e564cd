"""
End a release in good order when Heroku, a person or the clock says so.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

from django.db import connections

from heroku_support.release.context import Release
from heroku_support.release.errors import (
    AbortedError,
    ReleaseError,
    StepError,
    TerminatedError,
)


class Interrupted(KeyboardInterrupt):
    """
    What the signals raise: psycopg 3 cancels the statement that runs, and no ``except
    Exception`` of a migration catches it.

    :param error: what the release ends with.
    """

    def __init__(self, error: ReleaseError) -> None:
        self.error = error
        super().__init__(str(error))


@contextlib.contextmanager
def interruptible(release: Release) -> Iterator[None]:
    """
    Turn SIGTERM, Ctrl-C and the deadline into an error; the statement that runs is cancelled.

    Only a process's main thread can; in others nothing is changed.

    :raises ReleaseError: with the exit status for it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    try:
        with _cancelling(release), _handlers(release):
            yield
            release.go_on()
    except Interrupted as stopped:
        raise stopped.error from None
    except KeyboardInterrupt:
        raise AbortedError(f"stopped by Ctrl-C{_when(release)}") from None


@contextlib.contextmanager
def _handlers(release: Release) -> Iterator[None]:
    def _terminate(number: int, frame: FrameType | None) -> None:
        # Heroku sends it to every process, and may do so again: the end needs no second one.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _stop(release, TerminatedError(f"stopped by SIGTERM{_when(release)}"))

    def _give_up(number: int, frame: FrameType | None) -> None:
        reached = f"HEROKU_SUPPORT_RELEASE_DEADLINE is reached{_when(release)}"
        hint = "Heroku itself ends a release after an hour, without a word"
        _stop(release, StepError(f"{reached}; {hint}"))

    before = signal.signal(signal.SIGTERM, _terminate)
    has_alarm = hasattr(signal, "setitimer")  # not on Windows
    if has_alarm:
        alarm_before = signal.signal(signal.SIGALRM, _give_up)
        # 0 would mean never.
        seconds = max(release.seconds_left, 0.001)
        timer_before = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        if has_alarm:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, alarm_before)
            signal.setitimer(signal.ITIMER_REAL, *timer_before)
        signal.signal(signal.SIGTERM, before)


def _stop(release: Release, error: ReleaseError) -> NoReturn:
    release.stopped = error
    raise Interrupted(error)


def _when(release: Release) -> str:
    step = release.report.failed
    return f" during {step}; what it had not committed is rolled back" if step else ""


@contextlib.contextmanager
def _cancelling(release: Release) -> Iterator[None]:
    """
    Cancel the statement of a driver that waits in C, where no handler of Python's can run.
    """
    ours, pythons = socket.socketpair()
    pythons.setblocking(False)
    before = signal.set_wakeup_fd(pythons.fileno(), warn_on_full_buffer=False)
    wrappers = [connections[alias] for alias in release.candidates]

    def _cancel_when_told() -> None:
        while ours.recv(1):
            for wrapper in wrappers:
                _cancel(wrapper.connection)

    thread = threading.Thread(target=_cancel_when_told, daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        pythons.close()
        thread.join()
        ours.close()


def _cancel(driver_connection: Any) -> None:
    # psycopg 3 cancels by itself, and would be cancelled in the middle of its ROLLBACK.
    if driver_connection is None or hasattr(driver_connection, "cancel_safe"):
        return
    with contextlib.suppress(Exception):  # it has just been closed, or cannot
        driver_connection.cancel()
