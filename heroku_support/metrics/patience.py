"""
Wait for what may hang, until a deadline and no longer.

A library's timeouts are for each step, and looking up a host's name has none at all.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillRunning
from typing import Any, TypeVar

from heroku_support.metrics.errors import ExitError

T = TypeVar("T")


class Patience:
    """
    One thing at a time, each in a thread of its own, which nobody waits for at the end.
    """

    def __init__(self) -> None:
        self._last: Future[Any] | None = None

    @property
    def is_busy(self) -> bool:
        """
        Whether what was begun still goes on.
        """
        return self._last is not None and not self._last.done()

    def wait_for(self, work: Callable[[], T], deadline: float) -> T:
        """
        Return what the work returns, and raise what it raises.

        :param deadline: on the monotonic clock.
        :raises ExitError: if it takes longer, or what was begun before still goes on.
        """
        if self.is_busy:
            raise ExitError("no answer yet")
        future: Future[T] = Future()
        thread = threading.Thread(
            target=_run, args=(work, future), name="heroku_support store", daemon=True
        )
        thread.start()
        self._last = future
        try:
            return future.result(max(0.0, deadline - time.monotonic()))
        except StillRunning:
            if future.done():  # a timeout of the work's own
                raise
            raise ExitError("no answer in time") from None


def _run(work: Callable[[], Any], future: Future[Any]) -> None:
    try:
        future.set_result(work())
    except Exception as error:  # it is for who waits, if anybody still does
        future.set_exception(error)
