"""
Count tasks: how many, how they ended, how long they ran.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable
from time import perf_counter_ns

from heroku_support.metrics.layout import (
    BOUNDS,
    TASK,
    TASK_FAILURES,
    TASK_RETRIES,
    TASKS,
)

# Celery's names of states.
ENDINGS = {"FAILURE": TASK_FAILURES, "RETRY": TASK_RETRIES}


class Tasks:
    """
    The tasks of this process.

    :param attach: makes sure that this process has a slot, or something in its place.
    """

    def __init__(self, attach: Callable[[], memoryview]) -> None:
        self._attach = attach
        self.forget()

    def forget(self) -> None:
        """
        Begin anew, in a child: its parent's tasks are not its own.
        """
        # New, because a thread that is not there may hold the old one.
        self._lock = threading.Lock()
        # With the thread: one may run a task again before another is done with the first try.
        self._begun: dict[tuple[str, int], int] = {}

    def begin(self, task: str) -> None:
        """
        Remember when a task began, in the thread that will end it.

        :param task: its id.
        """
        self._begun[task, threading.get_ident()] = perf_counter_ns()

    def end(self, task: str, state: str | None) -> None:
        """
        Count a task as ended.

        :param state: Celery's word for how.
        """
        begun = self._begun.pop((task, threading.get_ident()), None)
        if begun is None:  # begun in the parent of this process
            return
        took = (perf_counter_ns() - begun) // 1000
        slot = self._attach()
        with self._lock:
            slot[TASKS] += 1
            slot[TASK] += took
            slot[TASK + 1 + bisect_left(BOUNDS, took)] += 1
            if ending := ENDINGS.get(state or ""):
                slot[ending] += 1
