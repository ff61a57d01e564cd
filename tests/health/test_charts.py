"""
Lines as SVG: where they go, where they end, and what is said of them.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heroku_support.health import charts
from heroku_support.health.charts import BOTTOM, LEFT, RIGHT, TOP, Chart, Series, draw

VALUES = st.lists(st.none() | st.floats(0, 1e12), min_size=1, max_size=31)


def drawn(*values: float | None, least: float = 1.0) -> Chart:
    times = [20.0 * index for index in range(len(values))]
    return draw(
        "Memory",
        [Series("used", values)],
        times=times,
        clock=lambda time: f"{time:g} o'clock",
        form=lambda value: f"{value:g} MB",
        least=least,
    )


def test_a_line_goes_from_the_left_to_the_right():
    assert (
        drawn(0, 2).lines[0].path == f"M{LEFT:.1f} {BOTTOM:.1f}L{RIGHT:.1f} {TOP:.1f}h0"
    )


def test_where_there_is_no_value_the_line_has_a_gap():
    assert drawn(1, None, 1).lines[0].path.count("M") == 2


def test_one_value_is_enough_to_see_something():
    assert not drawn(None, 1, None).is_empty


def test_a_single_time_is_a_dot_at_the_right_end():
    chart = drawn(2)

    assert chart.lines[0].path == f"M{RIGHT:.1f} {TOP:.1f}h0"
    assert [mark.label for mark in chart.columns] == ["now"]


@pytest.mark.parametrize(
    ("highest", "labels"),
    [
        (1.5, ["2 MB", "1 MB", "0 MB"]),
        (2.0, ["2 MB", "1 MB", "0 MB"]),
        (513, ["600 MB", "300 MB", "0 MB"]),
        (0.03, ["1 MB", "0.5 MB", "0 MB"]),
    ],
)
def test_the_axis_ends_with_a_round_number(highest: float, labels: list[str]):
    assert [mark.label for mark in drawn(0, highest).rows] == labels


def test_without_a_value_it_is_said_that_there_is_none():
    chart = drawn(None, None)

    assert (chart.summary, chart.lines[0].latest) == ("used: no values", "–")
    assert (chart.lines[0].path, chart.is_empty) == ("", True)


def test_the_drawing_is_told_in_words():
    assert drawn(1, 4, 3).summary == "used: 3 MB at last, between 1 MB and 4 MB"


def test_each_time_is_a_row_the_newest_first():
    stops = drawn(1, None, 3).stops

    assert [(stop.label, *stop.cells) for stop in stops] == [
        ("40 o'clock", "3 MB"),
        ("20 o'clock", "–"),
        ("0 o'clock", "1 MB"),
    ]
    assert stops[0].text == "40 o'clock: used 3 MB"


@settings(deadline=None)  # a machine that others use has pauses
@given(VALUES)
def test_nothing_is_drawn_outside_and_no_strip_overlaps_another(
    values: list[float | None],
):
    chart = drawn(*values)
    numbers = [float(each) for each in re.findall(r"[\d.]+(?= )", chart.lines[0].path)]
    widths = [float(stop.strip[1]) for stop in chart.stops]

    assert all(LEFT <= each <= RIGHT for each in numbers)
    assert sum(widths) == pytest.approx(RIGHT - LEFT, abs=0.1 * len(widths))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "now"), (30, "30 s ago"), (89, "89 s ago"), (600, "10 min ago")],
)
def test_it_is_said_how_long_ago_something_was(seconds: float, text: str):
    assert charts.ago(seconds) == text
