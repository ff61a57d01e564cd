"""
Ask several servers at once, and none of them for longer than a deadline.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
DEADLINE = 10.0  # seconds for all of them


class _Question(Generic[T]):
    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._answer: list[T] = []
        self._error: Exception | None = None
        # A daemon: whoever hangs is left behind when the process ends.
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def answer(self, until: float) -> T:
        """
        Wait for it until then, on the monotonic clock.
        """
        self._thread.join(max(0.0, until - time.monotonic()))
        if self._answer:
            return self._answer[0]
        raise self._error or TimeoutError("it does not answer in time")

    def _run(self) -> None:
        try:
            self._answer.append(self._ask())
        except Exception as error:  # whatever a driver raises is the answer
            self._error = error


def answers(
    questions: Sequence[Callable[[], T]], *, seconds: float = DEADLINE
) -> list[T | Exception]:
    """
    Return what each question gave, or why it gave nothing.
    """
    asked = [_Question(each) for each in questions]
    until = time.monotonic() + seconds
    found: list[T | Exception] = []
    for question in asked:
        try:
            found.append(question.answer(until))
        except Exception as error:
            found.append(error)
    return found
