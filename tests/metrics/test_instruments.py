"""
Requests and their queue time, counted by several threads and in forked processes.
"""

from __future__ import annotations

import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heroku_support.metrics import instruments, layout, slots
from heroku_support.metrics.instruments import Requests, queue_time
from heroku_support.metrics.layout import BUCKETS
from tests.metrics.actors import forked

NOW = 1_700_000_000.0  # seconds


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    # A header is a time, and so is what it is compared with.
    monkeypatch.setattr(instruments, "time_ns", lambda: int(NOW * 1e9))


def slot() -> memoryview:
    found = slots.private().claim()
    assert found is not None
    return found


def counting(found: memoryview) -> Requests:
    return Requests(lambda: found)


@pytest.mark.usefixtures("now")
@pytest.mark.parametrize(
    ("header", "milliseconds"),
    [
        ("1699999999750", 250),
        ("t=1699999999.75", 250),
        ("1699999999.75", 250),
        ("1699999999", 1000),
        ("1699999999750000", 250),
        ("1699999999750000000", 250),
        ("1699999999750.5", 249.5),
        ("1, 1699999999750", 250),
        ("1699999999750, t=1699999999.5", 500),
        ("1700000000040", 0),  # clocks that differ
        ("", None),
        (" ", None),
        ("t=", None),
        ("-1699999999750", None),
        ("+1699999999750", None),
        ("1699999999750ms", None),
        ("1e12", None),
        ("nan", None),
        ("0x18bcfe56801", None),
        ("17", None),
        ("0000000000001", None),
        ("1699999300000", None),  # longer than ten minutes ago
        ("9" * 5000, None),
        ("1699999999." + "9" * 5000, None),
        ("1699999999.7.5", None),
        ("1699999999750,", None),
        ("\xff\xfe1699999999750", None),
        ("²699999999750", None),
    ],
)
def test_the_header_of_every_router_is_read_and_everything_else_is_none(
    header: str, milliseconds: float | None
):
    expected = None if milliseconds is None else milliseconds * 1000

    assert queue_time(header) == expected


@given(
    # A server decodes a header as latin-1.
    st.text(st.characters(max_codepoint=255), max_size=40)
    | st.text("t=,. 0123456789", max_size=40)
)
def test_no_header_is_ever_an_error(header: str):
    found = queue_time(header)

    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (200, layout.RESPONSES_2XX),
        (204, layout.RESPONSES_2XX),
        (101, layout.RESPONSES_2XX),
        (304, layout.RESPONSES_3XX),
        (404, layout.RESPONSES_4XX),
        (500, layout.RESPONSES_5XX),
        (599, layout.RESPONSES_5XX),
        (999, layout.RESPONSES_5XX),
        (12345, layout.RESPONSES_5XX),
        (-1, layout.RESPONSES_5XX),
    ],
)
def test_a_request_counts_once_by_its_status(status: int, word: int):
    found = slot()
    requests = counting(found)
    requests.end(requests.begin(None), status)
    classes = range(layout.RESPONSES_2XX, layout.CANCELLED + 1)

    assert [each for each in classes if found[each]] == [word]
    assert sum(found[layout.SERVICE + 1 :][:BUCKETS]) == found[word] == 1


def test_queue_time_is_counted_where_there_is_a_header():
    found = slot()
    requests = counting(found)
    requests.end(requests.begin(str(time.time_ns() // 1_000_000)), 200)
    requests.end(requests.begin("nonsense"), 200)
    requests.end(requests.begin(None), 200)

    assert sum(found[layout.QUEUE + 1 :][:BUCKETS]) == 1


def test_a_request_is_in_flight_until_it_ends():
    found = slot()
    requests = counting(found)
    first, second = requests.begin(None), requests.begin(None)
    during = found[layout.IN_FLIGHT]
    requests.end(first, 200)
    requests.cancel(second)

    assert (during, found[layout.IN_FLIGHT], requests.in_flight()) == (2, 0, 0)
    assert found[layout.CANCELLED] == 1


def test_a_request_ends_once():
    found = slot()
    requests = counting(found)
    key = requests.begin(None)
    requests.cancel(key)
    requests.end(key, 500)

    assert (found[layout.CANCELLED], found[layout.RESPONSES_5XX]) == (1, 0)


def test_threads_lose_nothing():
    found = slot()
    requests = counting(found)

    def work() -> None:
        for _ in range(2000):
            requests.end(requests.begin(None), 200)
            requests.count_exception()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found[layout.RESPONSES_2XX] == found[layout.EXCEPTIONS] == 8000
    assert requests.in_flight() == 0


def test_a_request_that_lasts_is_stuck(monkeypatch: pytest.MonkeyPatch):
    requests = counting(slot())
    requests.begin(None)
    later = time.perf_counter_ns() + 26 * 10**9
    # Nobody waits for 26 seconds.
    monkeypatch.setattr(instruments, "perf_counter_ns", lambda: later)
    requests.begin(None)

    assert requests.stuck() == 1


def test_an_exception_before_any_request_is_none_of_ours():
    counting(slot()).count_exception()


def test_a_child_does_not_end_its_parents_request():
    # In memory that both see.
    found = slots.Slots(slots.mmap.mmap(-1, slots.SIZE), slots.NoLocks())
    own = found.claim()
    assert own is not None
    requests = counting(own)
    key = requests.begin(None)
    lock_is_held = requests._lock.acquire()

    def work() -> None:
        requests.forget()
        requests.end(key, 200)
        other = requests.begin(None)
        requests.end(other, 404)

    os.waitpid(forked(work), 0)

    assert lock_is_held
    assert (own[layout.RESPONSES_2XX], own[layout.RESPONSES_4XX]) == (0, 1)
