"""
Several are asked at once, and none for longer than the deadline.
"""

from __future__ import annotations

import threading
import time

from heroku_support.connect.deadline import answers


def test_each_gives_its_answer_or_why_it_has_none():
    def broken() -> int:
        raise ValueError("no")

    one, two, three = answers([lambda: 1, broken, lambda: 3])

    assert (one, three) == (1, 3)
    assert isinstance(two, ValueError)


def test_whoever_hangs_is_left_behind_and_keeps_nobody_waiting():
    gate = threading.Event()
    started = time.monotonic()
    hung, answered = answers([gate.wait, lambda: True], seconds=0.05)
    gate.set()

    assert isinstance(hung, TimeoutError)
    assert answered is True
    assert time.monotonic() - started < 2
