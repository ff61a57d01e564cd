"""
The sums of all slots, and what is kept of them.
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from heroku_support.metrics import frames, slots
from heroku_support.metrics.frames import Frame, Gauges
from heroku_support.metrics.layout import BACKLOG, COUNTERS, LISTENER, MEMORY
from tests.metrics.actors import Actor, shared

WORDS = st.integers(0, 2**62)
TOTALS = st.builds(
    lambda first, last: [first, *range(len(COUNTERS) - 2), last], WORDS, WORDS
)
UNKNOWN = st.none() | WORDS
FRAMES = st.builds(
    Frame,
    WORDS,
    WORDS,
    st.builds(Gauges, WORDS, WORDS, WORDS, UNKNOWN, UNKNOWN),
    TOTALS,
)


@given(FRAMES)
def test_a_frame_is_read_as_it_was_kept(frame: Frame):
    found = slots.private()
    frames.keep(found, frame)

    assert frames.latest(found) == [frame]


@settings(max_examples=20)  # each is as many as forty frames of three hundred words
@given(st.lists(FRAMES, min_size=1, max_size=40))
def test_the_latest_are_kept_the_newest_first(kept: list[Frame]):
    found = slots.private()
    for frame in kept:
        frames.keep(found, frame)

    assert frames.latest(found) == kept[::-1][: slots.FRAMES]
    assert frames.latest(found, 2) == kept[::-1][:2]


def test_nothing_was_acknowledged_at_first():
    found = slots.private()
    frame = frames.acknowledged(found)

    assert not any(frame.totals)
    assert 0 <= frames.read(found).monotonic - frame.monotonic < 60e9


def test_the_last_that_was_acknowledged_is_remembered(tmp_path: Path):
    found = shared(tmp_path)
    for _ in range(3):
        frame = frames.read(found)
        frames.acknowledge(found, frame)

    assert frames.acknowledged(shared(tmp_path)) == frame


def test_what_cannot_be_read_is_unknown_and_not_nought():
    found = slots.private()
    found.claim()
    gauges = frames.read(found).gauges

    assert (gauges.memory, gauges.backlog) == (None, None)


def test_processes_that_share_a_socket_share_its_queue(tmp_path: Path):
    actors = [Actor.start(tmp_path) for _ in range(3)]
    found = shared(tmp_path)
    for (slot, _), (inode, waiting) in zip(
        found.used(), [(7, 5), (7, 5), (8, 2)], strict=True
    ):
        slot[LISTENER], slot[BACKLOG], slot[MEMORY] = inode, waiting, 100
    gauges = frames.read(found).gauges
    for actor in actors:
        actor.kill()

    assert (gauges.backlog, gauges.memory) == (7, 300)
    assert frames.read(found).gauges.backlog is None
