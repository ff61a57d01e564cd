"""
The table of metrics in the docs, and what may stand in a name.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from heroku_support.metrics.catalogue import METRICS, Metric

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "metrics.md"
UNITS = {"time": "ms, s", "ratio": "0 to 1"}
BY_NAME = {metric.dotted(""): metric for metric in METRICS}


def documented() -> list[list[str]]:
    table = PAGE.read_text().split("## The table")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [re.split(r" (?<!\\)\| ", row.strip("| ")) for row in rows]


def expected(metric: Metric) -> list[str]:
    dotted = metric.dotted("django")
    letter, word = ("c", "count") if metric.kind == "counter" else ("g", "sample")
    unit = "1" if metric.statistic == "count" else UNITS.get(metric.unit, metric.unit)
    names = (
        dotted,
        metric.prometheus("django"),
        rf"{dotted}:…\|{letter}",
        f"{word}#{dotted}",
        metric.otlp("django"),
    )
    return [
        metric.help.rstrip("."),
        metric.kind,
        unit,
        *(f"`{each}`" for each in names),
    ]


def test_docs_and_code_name_the_same_metrics_in_every_exit():
    assert documented() == [expected(metric) for metric in METRICS]


@pytest.mark.parametrize("prefix", ["django", "", "my-app.web", "2nd"])
def test_every_name_is_one_that_its_exit_takes(prefix: str):
    # heroku/agentmon, statsd/parser.go; Prometheus, "Data model".
    dotted = re.compile(r"[A-Za-z0-9._-]{2,}")
    plain = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")

    assert [m for m in METRICS if not dotted.fullmatch(m.dotted(prefix))] == []
    assert [m for m in METRICS if not plain.fullmatch(m.prometheus(prefix))] == []


@pytest.mark.parametrize("spelling", ["dotted", "prometheus"])
def test_no_two_metrics_have_one_name(spelling: str):
    names = [getattr(metric, spelling)("django") for metric in METRICS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("name", "milliseconds", "seconds"),
    [
        ("service.ms.sum", 2.5, 0.0025),
        ("service.ms.p95", 2.5, 0.0025),
        ("service.ms.count", 2500, 2500),
        ("memory.used.bytes", 2500, 2500),
        ("requests", 2500, 2500),
    ],
)
def test_only_times_change_with_the_exit(
    name: str, milliseconds: float, seconds: float
):
    metric = BY_NAME[name]

    assert metric.in_milliseconds(2500) == milliseconds
    assert metric.in_seconds(2500) == seconds
