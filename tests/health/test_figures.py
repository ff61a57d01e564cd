"""
What is shown of an overview.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from heroku_support.health import figures
from heroku_support.health.wording import duration, megabytes
from heroku_support.metrics.overview import Overview
from tests.health.overviews import GAUGES, overview, timed


def values(found: Overview) -> dict[str, tuple[str, str]]:
    return {each.name: (each.value, each.note) for each in figures.figures(found)}


def legend(found: Overview) -> dict[str, list[tuple[str, str]]]:
    charts = figures.charts(found)
    return {
        chart.name: [(line.name, line.latest) for line in chart.lines]
        for chart in charts
    }


def test_the_numbers_of_now_are_those_of_the_last_interval_and_the_gauges():
    assert values(overview()) == {
        "Requests": ("5", "a second"),
        "Server errors": ("0.1", "a second"),
        "Service time": ("20 ms", "95% are quicker"),
        "Queue time": ("4.9 ms", "95% are quicker"),
        "Memory": ("256 MB", "50% of 512 MB"),
        "In flight": ("1", "in 2 workers"),
    }


def test_the_charts_are_of_throughput_times_memory_workers_and_processor():
    times = [("median", "20 ms"), ("p95", "20 ms"), ("p99", "316 ms")]

    assert legend(overview()) == {
        "Throughput": [("all", "5/s"), ("errors, 5xx", "0.1/s")],
        "Service time": times,
        "Queue time": [(name, "4.9 ms") for name, _ in times],
        "Memory": [("used", "256 MB"), ("quota", "512 MB")],
        "Workers": [("workers", "2"), ("in flight", "1"), ("waiting", "0")],
        "Processor": [("cores in use", "0.25"), ("garbage collection", "0.00")],
    }


def test_a_dyno_that_runs_tasks_tells_of_them_and_not_of_requests():
    counts = {"tasks": 40, "tasks.failures": 2}
    points = [
        replace(each, counts=counts, timers={"task": timed(1500)})
        for each in overview().series
    ]
    found = replace(overview(), counters=counts, series=points)

    assert values(found)["Tasks"] == ("2", "a second")
    assert values(found)["Failed tasks"] == ("0.1", "a second")
    assert values(found)["Task time"] == ("1.5 s", "95% are quicker")
    assert list(legend(found)) == [
        *("Tasks", "Task time", "Memory", "Workers", "Processor")
    ]
    assert legend(found)["Tasks"] == [("all", "2/s"), ("failed", "0.1/s")]


def test_an_app_tells_of_both():
    found = replace(overview(), counters={"requests": 1, "tasks": 1})

    assert {"Throughput", "Tasks"} < legend(found).keys()


def test_before_the_first_interval_is_over_there_is_no_chart():
    young = overview(points=0)

    assert figures.charts(young) == []
    assert figures.row(young)[:4] == ["–"] * 4


def test_what_cannot_be_read_is_left_out():
    known = {"workers": 1, "requests.in_flight": 0}
    points = [replace(each, gauges=known, timers={}) for each in overview().series]
    found = replace(overview(), gauges=known, series=points)

    assert values(found)["Memory"] == ("–", "no limit known")
    assert values(found)["Service time"][0] == "–"
    assert legend(found)["Memory"] == [("used", "–")]
    assert len(legend(found)["Workers"]) == 2


def test_a_row_has_a_cell_for_each_column():
    assert dict(zip(figures.COLUMNS, figures.row(overview()), strict=True)) == {
        "Requests/s": "5",
        "5xx/s": "0.1",
        "Service p95": "20 ms",
        "Queue p95": "4.9 ms",
        "Memory": "256 MB",
        "Workers": "2",
        "In flight": "1",
    }


def test_one_worker_is_one():
    alone = replace(overview(), gauges={**GAUGES, "workers": 1})

    assert values(alone)["In flight"] == ("1", "in 1 worker")


def test_a_gauge_that_nobody_tells_is_unknown():
    without = {name: GAUGES[name] for name in GAUGES if name != "workers"}

    assert values(replace(overview(), gauges=without))["In flight"] == (
        "1",
        "in – workers",
    )


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [(90, "0.09 ms"), (1234, "1.2 ms"), (56_789, "57 ms"), (1_500_000, "1.5 s")],
)
def test_times_are_short_to_read(microseconds: float, text: str):
    assert duration(microseconds) == text


@pytest.mark.parametrize(("count", "text"), [(512, "512 MB"), (25_600, "25 GB")])
def test_so_is_memory(count: float, text: str):
    assert megabytes(count) == text
