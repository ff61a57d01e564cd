"""
What a dyno tells a person, and what several tell together.
"""

from __future__ import annotations

import json
import random
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heroku_support.dyno import Dyno
from heroku_support.metrics import catalogue, current, document, frames, layout, slots
from heroku_support.metrics.layout import BOUNDS, BUCKETS, Distribution
from heroku_support.metrics.overview import NOTHING, Identity, Overview, Point, take
from heroku_support.metrics.slots import Slots
from heroku_support.metrics.snapshot import SECOND
from heroku_support.metrics.total import total

IDENTITY = Identity("web.1", "web", "shop", "v42", "c0ffee")
NOW = 1_700_000_000.0
WEB = Dyno.from_environ(
    {
        "DYNO": "web.1",
        "HEROKU_APP_NAME": "shop",
        "HEROKU_RELEASE_VERSION": "v42",
        "HEROKU_SLUG_COMMIT": "c0ffee",
        "DYNO_RAM": "512",
    },
    argv=["gunicorn"],
)


def counting(found: Slots) -> memoryview:
    slot = found.claim()
    assert slot is not None
    return slot


def pass_time(found: Slots, seconds: int) -> None:
    """
    Keep a frame as if so many seconds had passed since the last one.
    """
    last = next(iter(frames.latest(found, 1)), frames.begin(found))
    passed = seconds * SECOND
    frame = frames.read(found)
    frames.keep(
        found,
        frame._replace(monotonic=last.monotonic + passed, wall=last.wall + passed),
    )


def timed(*microseconds: int) -> Distribution:
    buckets = [0] * BUCKETS
    for value in microseconds:
        buckets[bisect_left(BOUNDS, value)] += 1
    return Distribution(sum(microseconds), buckets)


def point(at: float, **more: Any) -> Point:
    fields = {"seconds": 20.0, "counts": {}, "gauges": {}, "timers": {}, **more}
    return Point(at, **fields)


def overview(*series: Point, **more: Any) -> Overview:
    fields = {"interval": 20.0, "gauges": {}, "counters": {}, **more}
    return Overview(
        fields.pop("identity", IDENTITY), NOW, series=list(series), **fields
    )


# --- one dyno ------------------------------------------------------------------------------


def test_a_dyno_says_who_it_is():
    assert take(slots.private(), WEB, interval=20).identity == IDENTITY


def test_elsewhere_it_is_local():
    local = Dyno.from_environ({}, argv=["gunicorn"])
    found = take(slots.private(), local, interval=20).identity

    assert found == Identity("local", "local", None, None, None)


def test_it_tells_how_it_stands_and_all_that_was_counted():
    found = slots.private()
    slot = counting(found)
    slot[layout.IN_FLIGHT], slot[layout.RESPONSES_2XX] = 3, 7
    slot[layout.MEMORY] = 128 << 20
    taken = take(found, WEB, interval=20)

    assert taken.gauges["workers"] == 1
    assert taken.gauges["requests.in_flight"] == 3
    assert taken.gauges["memory.used"] == 128 << 20
    assert taken.counters["requests"] == taken.counters["responses.2xx"] == 7


def test_each_interval_has_its_rates_and_percentiles():
    found = slots.private()
    slot = counting(found)
    for responses, took in ((40, 1000), (10, 9000)):
        slot[layout.RESPONSES_2XX] += responses
        slot[layout.CPU] += responses * 100_000
        slot[layout.SERVICE + 1 + sum(bound < took for bound in BOUNDS)] += responses
        pass_time(found, 20)
    first, second = take(found, WEB, interval=20).series

    assert [p.rate(catalogue.REQUESTS) for p in (first, second)] == [2, 0.5]
    assert [p.rate(catalogue.CPU) for p in (first, second)] == [0.2, 0.05]
    assert [p.quantile(catalogue.SERVICE, 0.5) for p in (first, second)] == [
        pytest.approx(1000, rel=0.1),
        pytest.approx(9000, rel=0.1),
    ]
    assert second.quantile(catalogue.QUEUE, 0.5) is None
    assert second.at - first.at == pytest.approx(20)


def test_the_oldest_frame_is_never_read_while_it_is_written_over():
    found = slots.private()
    counting(found)
    for _ in range(3 * slots.FRAMES):
        pass_time(found, 20)

    assert len(take(found, WEB, interval=20).series) == slots.FRAMES - 2


def test_an_interval_without_length_is_left_out():
    found = slots.private()
    pass_time(found, 20)
    pass_time(found, 0)

    assert [each.seconds for each in take(found, WEB, interval=20).series] == [20]


def test_the_recorder_of_this_process_is_asked(monkeypatch: pytest.MonkeyPatch):
    recorder = current.make(WEB)
    monkeypatch.setattr(recorder, "_open_slots", slots.private)
    monkeypatch.setattr(current, "current", lambda: recorder)
    taken = current.take_overview()
    recorder.leave()

    assert taken and taken.gauges["workers"] == 1


def test_where_nothing_is_measured_there_is_none():
    assert current.take_overview() is None


# --- as JSON -------------------------------------------------------------------------------

# Large examples take their time on a machine that has other things to do.
SLOW = settings(suppress_health_check=[HealthCheck.too_slow])

NUMBERS = st.integers(0, 2**62) | st.floats(0, 2**62)
COUNTS = st.dictionaries(st.sampled_from(sorted(document.COUNTER_NAMES)), NUMBERS)
STANDING = st.dictionaries(st.sampled_from(sorted(document.GAUGE_NAMES)), NUMBERS)
TIMES = st.lists(st.integers(0, 10**9), max_size=5).map(lambda values: timed(*values))
POINTS = st.builds(
    Point,
    st.floats(1, 2e9),
    st.floats(1, 100),
    COUNTS,
    STANDING,
    st.dictionaries(st.sampled_from(sorted(document.TIMER_NAMES)), TIMES),
)
OVERVIEWS = st.builds(
    Overview,
    st.builds(Identity, *[st.none() | st.text()] * 5),
    st.floats(1, 2e9),
    st.floats(1, 100),
    STANDING,
    COUNTS,
    st.lists(POINTS, max_size=3),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(SLOW, max_examples=30)
@given(OVERVIEWS)
def test_what_was_written_is_read(written: Overview):
    assert document.load(document.dump(written)) == written


@pytest.mark.parametrize(
    "text",
    [b"", "x", "[]", "{}", '"version"', '{"version":2,"at":1,"interval":1}']
    + [
        f'{{"version":1,"at":{at},"interval":{interval}}}'
        for at, interval in [(0, 1), (1, 0), ('"1"', 1), ("1e999", 1), ("NaN", 1)]
    ],
)
def test_what_is_no_overview_is_refused(text: str | bytes):
    with pytest.raises(ValueError):  # json's own, or ours
        document.load(text)


@pytest.mark.no_cover
@settings(SLOW, max_examples=40)
@given(st.data())
def test_what_is_not_as_it_should_be_is_left_out(data: st.DataObject):
    written = json.loads(document.dump(data.draw(OVERVIEWS)))
    places = [written, *written["series"]]
    place = data.draw(st.sampled_from(places))
    kept = {"version", "at", "interval"} if place is written else set()
    key = data.draw(st.sampled_from(sorted(place.keys() - kept)))
    inner = place[key]
    if isinstance(inner, dict) and inner and data.draw(st.booleans()):
        inner[data.draw(st.sampled_from(sorted(inner)))] = data.draw(JSON)
    else:
        place[key] = data.draw(JSON)
    read = document.load(json.dumps(written))

    assert document.load(document.dump(read)) == read
    assert document.dump(total([read, read]))


@pytest.mark.parametrize("place", [None, {}, {"at": 1}, {"at": 1, "seconds": 0}])
def test_a_point_without_its_time_is_left_out(place: Any):
    written = json.loads(document.dump(overview(point(NOW))))
    written["series"].append(place)

    assert document.load(json.dumps(written)) == overview(point(NOW))


@pytest.mark.parametrize(
    "seen",
    [None, {}, [], [1], [1, 0], [1, 0, -1], [1, 0, "1"], ["1", 0, 1], [1, 0.5, 1]]
    + [[1, BUCKETS, 1], [1, 0, *[1] * (BUCKETS + 1)], [1, 2**70, 1]],
)
def test_a_timer_that_is_not_one_has_seen_nothing(seen: Any):
    written = json.loads(document.dump(overview(point(NOW))))
    written["series"][0]["timers"] = {"service": seen, "unheard": [1, 0, 1]}
    (read,) = document.load(json.dumps(written)).series

    assert read.timers == {"service": NOTHING}


def test_names_of_another_release_are_left_out():
    written = json.loads(document.dump(overview(point(NOW), gauges={"workers": 2})))
    written["gauges"]["threads"] = written["zone"] = 5
    read = document.load(json.dumps(written))

    assert read == overview(point(NOW), gauges={"workers": 2})


# --- several dynos -------------------------------------------------------------------------


def test_nothing_is_the_sum_of_nothing():
    found = total([])

    assert (found.series, found.gauges, set(found.identity)) == ([], {}, {None})


def test_the_sum_is_called_by_what_all_have_in_common():
    other = IDENTITY._replace(dyno="web.2", release="v43")
    found = total([overview(), overview(identity=other)]).identity

    assert found == Identity(None, "web", "shop", None, "c0ffee")


def test_counters_and_gauges_are_added():
    one = overview(counters={"requests": 3}, gauges={"workers": 2, "backlog": 1})
    two = overview(counters={"requests": 4, "tasks": 1}, gauges={"workers": 3})
    found = total([one, two])

    assert found.counters == {"requests": 7, "tasks": 1}
    assert found.gauges == {"workers": 5, "backlog": 1}


@pytest.mark.parametrize(
    ("gauges", "usage"),
    [
        ([(300, 1000), (300, 500)], 0.4),
        ([(300, 1000), (300, None)], None),
        ([(300, 1000), (None, 1000)], None),
    ],
)
def test_the_part_of_the_memory_is_that_of_all_or_not_told(
    gauges: Sequence[tuple[int | None, int | None]], usage: float | None
):
    names = ("memory.used", "memory.quota")
    found = [
        {
            "memory.usage": 0.9,
            **{n: v for n, v in zip(names, pair, strict=True) if v is not None},
        }
        for pair in gauges
    ]

    assert (
        total([overview(gauges=each) for each in found]).gauges.get("memory.usage")
        == usage
    )


def test_a_dyno_that_has_ended_keeps_nobody_from_telling_the_memory():
    living = {"workers": 2, "memory.used": 300, "memory.quota": 1000}
    ended = {"workers": 0, "memory.quota": 1000}

    assert total([overview(gauges=each) for each in (living, ended)]).gauges == {
        **living,
        "memory.usage": 0.3,
    }
    assert total([overview(gauges=ended)]).gauges["workers"] == 0


def test_rates_are_added_and_percentiles_are_those_of_all_values():
    chance = random.Random(7)
    values = [
        [int(chance.lognormvariate(9 + n, 1)) for _ in range(900)] for n in (0, 3)
    ]
    dynos = [
        overview(
            point(
                NOW + shift,
                seconds=seconds,
                counts={"requests": 900},
                timers={"service": timed(*seen)},
            )
        )
        for shift, seconds, seen in zip((0, 7), (20.0, 30.0), values, strict=True)
    ]
    (found,) = total(dynos).series
    ordered = sorted(values[0] + values[1])

    assert found.rate(catalogue.REQUESTS) == pytest.approx(900 / 20 + 900 / 30)
    for part in (0.5, 0.95, 0.99):
        exact = ordered[round(part * 1800) - 1]
        assert found.quantile(catalogue.SERVICE, part) == pytest.approx(exact, rel=0.1)


@given(st.lists(st.floats(0, 20), min_size=1, max_size=5))
def test_a_steady_rate_is_steady_whenever_the_dynos_intervals_begin(
    shifts: list[float],
):
    dynos = [
        overview(
            *[point(NOW + shift + 20 * n, counts={"requests": 40}) for n in range(10)]
        )
        for shift in shifts
    ]
    found = total(dynos).series
    # The first intervals may lie before all dynos report.
    rates = [each.rate(catalogue.REQUESTS) for each in found][2:]

    assert len(rates) >= 6
    assert rates == [pytest.approx(2 * len(shifts))] * len(rates)


def test_a_dyno_that_went_away_is_not_waited_for():
    steady = [point(NOW + 20 * n, counts={"requests": 20}) for n in range(10)]
    found = total([overview(*steady), overview(*steady[:5])]).series

    assert found[-1].at == steady[-1].at
    assert [each.rate(catalogue.REQUESTS) for each in found] == [2.0] * 5 + [1.0] * 5


def test_the_last_point_is_one_that_all_have_come_to():
    steady = [point(NOW + 20 * n, counts={"requests": 20}) for n in range(10)]
    found = total([overview(*steady), overview(*steady[:9])]).series

    assert [each.rate(catalogue.REQUESTS) for each in found] == [2.0] * 9


def test_no_sum_is_longer_than_what_a_dyno_keeps():
    far = overview(point(NOW - 10**6), point(NOW))

    assert len(total([far, far]).series) == slots.FRAMES - 1
