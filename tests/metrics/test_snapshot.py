"""
What is told of a dyno, computed from the words of its slots.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heroku_support.metrics import catalogue, frames, layout, slots, snapshot
from heroku_support.metrics.instruments import Requests
from heroku_support.metrics.layout import BOUNDS, BUCKETS, Distribution
from tests.metrics.actors import Actor, shared


def distribution(values: list[int]) -> Distribution:
    buckets = [0] * BUCKETS
    for value in values:
        buckets[sum(bound < value for bound in BOUNDS)] += 1
    return Distribution(sum(values), buckets)


def exact(values: list[int], part: float) -> int:
    ordered = sorted(values)
    return ordered[max(0, -int(-part * len(ordered) // 1) - 1)]


@given(
    st.lists(st.integers(101, BOUNDS[-1]), min_size=1, max_size=200),
    st.sampled_from([0.5, 0.95, 0.99, 1.0]),
)
def test_a_quantile_is_at_most_a_tenth_beside_the_truth(values: list[int], part: float):
    truth = exact(values, part)

    assert distribution(values).quantile(part) == pytest.approx(truth, rel=0.1)


@pytest.mark.parametrize(("value", "told"), [(0, 50), (100, 50), (10**12, BOUNDS[-1])])
def test_what_is_shorter_or_longer_than_any_bucket_is_told_as_its_end(
    value: int, told: int
):
    assert distribution([value]).quantile(1) == told


def test_nothing_has_no_quantile():
    assert distribution([]).quantile(0.5) is None


def test_quantiles_are_those_of_all_processes(tmp_path: Path):
    actors = [Actor.start(tmp_path) for _ in range(3)]
    found = shared(tmp_path)
    chance = random.Random(7)
    values = [int(chance.lognormvariate(11, 1)) for _ in range(3000)]
    words = [slot for slot, _ in found.used()]
    for index, value in enumerate(values):
        slot = words[index % 3]
        slot[layout.SERVICE] += value
        slot[layout.SERVICE + 1 + sum(bound < value for bound in BOUNDS)] += 1
    frames.keep(found, frames.read(found))
    gauges = snapshot.take(found, None).gauges()
    for actor in actors:
        actor.kill()

    assert [gauges[each] for each in catalogue.SERVICE.quantiles] == [
        pytest.approx(exact(values, part), rel=0.1)
        for part in catalogue.QUANTILES.values()
    ]


def test_an_interval_is_what_came_between_its_two_frames():
    found = slots.private()
    slot = found.claim()
    assert slot is not None
    requests = Requests(lambda: slot)
    for count in (1, 4):
        for _ in range(count):
            requests.end(requests.begin(None), 200)
        frames.keep(found, frames.read(found))
    taken = snapshot.take(found, None)

    assert taken.counters()[catalogue.REQUESTS] == 5
    assert taken.in_interval()[catalogue.REQUESTS] == 4
    first, last = taken.interval or (None, None)
    assert first and last
    seconds = (last.monotonic - first.monotonic) / 1e9
    assert taken.rates()[catalogue.REQUESTS] == pytest.approx(4 / seconds)


def test_before_the_first_interval_is_over_there_is_none():
    taken = snapshot.take(slots.private(), None)

    assert (taken.in_interval(), taken.rates()) == ({}, {})
    assert catalogue.SERVICE.quantiles[0] not in taken.gauges()


def test_the_first_interval_begins_with_the_counting():
    found = slots.private()
    frames.keep(found, frames.read(found))

    assert snapshot.take(found, None).in_interval()[catalogue.REQUESTS] == 0


@pytest.mark.parametrize(
    ("memory", "quota", "usage"),
    [(300, 1000, 0.3), (300, None, None), (0, 1000, None)],
)
def test_usage_is_told_where_both_are_known(
    memory: int, quota: int | None, usage: float | None
):
    found = slots.private()
    slot = found.claim()
    assert slot is not None
    slot[layout.MEMORY] = memory

    assert snapshot.take(found, quota).gauges().get(catalogue.MEMORY_USAGE) == usage
