"""
One snapshot by five exits: each is parsed as who receives it does, and all tell the same.
"""

from __future__ import annotations

import json
import logging
import re
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from heroku_support.dyno import Dyno
from heroku_support.metrics import catalogue, frames, layout, slots, snapshot
from heroku_support.metrics.catalogue import METRICS, Metric
from heroku_support.metrics.errors import ExitError
from heroku_support.metrics.exits import l2met, otlp, prometheus, statsd
from heroku_support.metrics.exits.heroku import HerokuExit
from heroku_support.metrics.exits.l2met import L2metExit
from heroku_support.metrics.exits.otlp import OTLPExit
from heroku_support.metrics.exits.statsd import StatsdExit
from heroku_support.metrics.instruments import Requests
from heroku_support.metrics.slots import Slots
from heroku_support.metrics.snapshot import Snapshot
from tests.metrics.sink import OK, Sink, sink

QUOTA = 512 * 1024 * 1024
FAR = time.monotonic() + 3600  # a deadline that no test comes to
COLLECTOR = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.fixture
def server() -> Iterator[Sink]:
    with sink() as found:
        yield found


@pytest.fixture
def busy() -> Slots:
    """
    Slots with something in every metric, all of it in the last interval.
    """
    found = slots.private()
    slot = found.claim()
    assert slot is not None
    requests = Requests(lambda: slot)
    for status in (200, 201, 302, 404, 500, 500, 500):
        requests.end(requests.begin(None), status)
    requests.cancel(requests.begin(None))
    requests.count_exception()
    requests.begin(None)
    for word in range(layout.RESTARTS, layout.KILLS + 1):
        slot[word] += 2
    slot[layout.TASKS], slot[layout.TASK_FAILURES], slot[layout.TASK_RETRIES] = 3, 2, 1
    for timer in (layout.QUEUE, layout.LOOP_DELAY, layout.TASK):
        slot[timer] += 123_457
        slot[timer + 1 + 40] += 3
    slot[layout.CPU], slot[layout.GC_PAUSE] = 1_234_567, 7
    slot[layout.GC_COLLECTIONS] = slot[layout.STUCK] = 1
    slot[layout.MEMORY], slot[layout.LISTENER], slot[layout.BACKLOG] = 10**8, 5, 3
    found.header[slots.WITHOUT_SLOT] = 1
    frames.keep(found, frames.read(found))
    return found


def taken(found: Slots) -> Snapshot:
    return snapshot.take(found, QUOTA)


def dyno(**variables: str) -> Dyno:
    return Dyno.from_environ(variables, argv=[])


# --- all of them ---------------------------------------------------------------------------


def from_prometheus(page: bytes) -> dict[str, float]:
    lines = (line for line in page.decode().splitlines() if line[0] != "#")
    return {name: float(value) for name, value in (line.split(" ") for line in lines)}


def from_statsd(lines: list[str]) -> dict[str, float]:
    # heroku/agentmon, statsd/parser.go: no exponent, no sign of a change.
    grammar = re.compile(r"([A-Za-z0-9._-]{2,}):([0-9.]+)\|[cg]")
    found = [grammar.fullmatch(line) for line in lines]
    return {each[1]: float(each[2]) for each in found if each}


def from_l2met(line: str) -> dict[str, float]:
    pairs = (pair.split("#", 1)[1].split("=") for pair in line.split(" ")[1:])
    return {name: float(value) for name, value in pairs}


def from_otlp(message: dict[str, Any]) -> dict[str, float]:
    (resource,) = message["resourceMetrics"]
    found = {}
    for metric in resource["scopeMetrics"][0]["metrics"]:
        kind = metric.get("sum") or metric.get("gauge") or metric["histogram"]
        (point,) = kind["dataPoints"]
        if "bucketCounts" in point:
            assert sum(map(int, point["bucketCounts"])) == int(point["count"])
            found[f"{metric['name']} count"] = float(point["count"])
            found[f"{metric['name']} sum"] = point["sum"]
        else:
            found[metric["name"]] = float(point.get("asInt") or point["asDouble"])
    return found


def test_every_exit_tells_the_same_numbers(busy: Slots, server: Sink):
    now = taken(busy)
    HerokuExit(server.url, prefix="p", slots=busy).send(now, FAR)
    ((post,), page) = server.posts, from_prometheus(prometheus.render(now, "p"))
    heroku = {**post.body["counters"], **post.body["gauges"]}
    told = [
        from_statsd(statsd.lines(now, "p")),
        from_l2met(l2met.line(now, source="web.1", prefix="p")),
    ]
    collector = from_otlp(otlp.body(now, {}, "p"))

    assert told == [heroku, heroku]
    assert {
        metric: in_all(metric, heroku, page, collector) for metric in METRICS
    } == dict.fromkeys(METRICS, True)


def in_all(
    metric: Metric,
    heroku: dict[str, float],
    page: dict[str, float],
    collector: dict[str, float],
) -> bool:
    value = heroku[metric.dotted("p")] / (1000 if metric.is_time else 1)
    part = f" {metric.statistic}" if metric.is_part_of_timer else ""
    others = (
        page[metric.prometheus("p")],
        collector[metric.otlp("p") + part],
    )
    return value > 0 and all(each == pytest.approx(value, rel=1e-12) for each in others)


# --- Heroku --------------------------------------------------------------------------------


def test_a_post_is_as_heroku_wants_it(busy: Slots, server: Sink):
    now = taken(busy)
    HerokuExit(server.url, prefix="django", slots=busy).send(now, FAR)
    (post,) = server.posts
    names = [*post.body["counters"], *post.body["gauges"]]

    assert (post.line, set(post.body)) == (
        "POST /s3cret-path HTTP/1.1",
        {"counters", "gauges"},
    )
    assert post.headers["Content-Type"] == "application/json"
    assert post.headers["Measurements-Count"] == str(len(names))
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", post.headers["Measurements-Time"]
    )


def test_what_was_acknowledged_is_not_told_again(busy: Slots, server: Sink):
    exit_ = HerokuExit(server.url, prefix="django", slots=busy)
    exit_.send(taken(busy), FAR)
    exit_.send(taken(busy), FAR)
    first, second = (post.body["counters"] for post in server.posts)

    assert (first["django.requests"], second["django.requests"]) == (8, 0)


def test_what_was_not_acknowledged_is_told_once_it_can_be(busy: Slots, server: Sink):
    exit_ = HerokuExit(server.url, prefix="django", slots=busy)
    server.answer = b"HTTP/1.1 503 No\r\n\r\n"
    for _ in range(3):
        with pytest.raises(ExitError, match="status 503"):
            exit_.send(taken(busy), FAR)
    server.answer = OK
    exit_.send(taken(busy), FAR)

    assert [post.body["counters"]["django.requests"] for post in server.posts] == [8]


@pytest.mark.parametrize(
    ("minutes", "expected"), [((5, 3, 1), 3), ((5, 4.5), 0), ((3, 1), 9)]
)
def test_after_four_minutes_only_what_is_younger_is_told(
    minutes: tuple[float, ...], expected: int, server: Sink
):
    # Frames of that age, each of one request more; the ages are the test's own.
    found = slots.private()
    now = frames.read(found)
    index = layout.RESPONSES_2XX - layout.COUNTERS.start

    def frame(age: float, requests: int) -> frames.Frame:
        totals = [*now.totals]
        totals[index] = requests
        return now._replace(monotonic=now.monotonic - int(age * 60e9), totals=totals)

    frames.acknowledge(found, frame(minutes[0], 0))
    for count, age in enumerate(minutes[1:], start=1):
        frames.keep(found, frame(age, 3 * count))
    last = frame(0, 6 if len(minutes) > 2 else 9)
    latest = snapshot.take(found, None)._replace(frame=last)
    HerokuExit(server.url, prefix="django", slots=found).send(latest, FAR)

    assert server.total("django.requests") == expected


@pytest.mark.parametrize(("status", "quiet"), [(401, True), (429, True), (400, False)])
def test_what_comes_from_time_to_time_is_no_news(
    busy: Slots, server: Sink, status: int, quiet: bool
):
    server.answer = f"HTTP/1.1 {status} No\r\n\r\n".encode()
    with pytest.raises(ExitError) as caught:
        HerokuExit(server.url, prefix="", slots=busy).send(taken(busy), FAR)

    assert caught.value.quiet is quiet


# --- Prometheus ----------------------------------------------------------------------------


def agentmon(page: bytes) -> dict[str, str]:
    """
    Read a page by the rules by which heroku/agentmon ends, restated.
    """
    text = page.decode()
    assert not text or text.endswith("\n")
    assert "\r" not in text
    types: dict[str, str] = {}
    samples: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types, "a second TYPE"
            assert kind in ("counter", "gauge", "summary"), "dropped, or an error"
            types[name] = kind
        elif not line.startswith("# HELP "):
            name, value = line.split(" ")
            family = re.sub(r"_(sum|count)$", "", name)
            assert name in types or types.get(family) == "summary", "untyped"
            assert name not in samples, "told twice"
            assert re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", value), "no number"
            samples[name] = value
    return samples


def test_a_page_is_one_that_agentmon_can_read(busy: Slots):
    samples = agentmon(prometheus.render(taken(busy), "django"))

    assert samples["django_requests_total"] == "8"
    assert set(samples) > {metric.prometheus("django") for metric in METRICS}


def test_the_page_of_an_idle_dyno_is_one_too():
    found = slots.private()

    assert agentmon(prometheus.render(snapshot.take(found, None), ""))


def test_each_counter_is_there_as_a_gauge_as_well(busy: Slots):
    page = prometheus.render(taken(busy), "django").decode()
    counters = [metric for metric in METRICS if metric.kind == "counter"]
    names = [
        each.prometheus("django").removesuffix("_total") + "_per_second"
        for each in counters
    ]

    assert [name for name in names if f"# TYPE {name} gauge\n" not in page] == []


# --- statsd --------------------------------------------------------------------------------


def test_statsd_gets_every_line_in_datagrams_that_fit(busy: Slots):
    now = taken(busy)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(10)
        port = receiver.getsockname()[1]
        StatsdExit(f"127.0.0.1:{port}", prefix="p" * 60).send(now, FAR)
        lines: list[str] = []
        while len(lines) < len(METRICS):
            datagram = receiver.recv(65536)
            assert len(datagram) <= statsd.LARGEST_DATAGRAM
            lines += datagram.decode().split("\n")

    assert lines == statsd.lines(now, "p" * 60)


def test_a_statsd_server_that_is_not_there_is_not_missed(busy: Slots):
    StatsdExit("[::1]:9", prefix="").send(taken(busy), FAR)


@pytest.mark.parametrize("address", ["localhost", ":8125", "host:", "h:x", "h:99999"])
def test_an_address_that_is_none_is_an_error_with_its_fix(address: str):
    with pytest.raises(ValueError, match='Fix: .*_STATSD = "127.0.0.1:8125"'):
        StatsdExit(address, prefix="")


# --- l2met ---------------------------------------------------------------------------------


def test_l2met_is_one_line_of_the_log(busy: Slots, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, logger=l2met.__name__):
        L2metExit("web.1", prefix="django").send(taken(busy), FAR)
    (line,) = caplog.messages

    assert line.startswith("source=web.1 count#django.requests=8 ")
    assert "\n" not in line


# --- OTLP ----------------------------------------------------------------------------------


def test_a_collector_gets_the_metrics_of_the_apps_resource(busy: Slots, server: Sink):
    environ = dyno(
        DYNO="web.1",
        HEROKU_APP_NAME="shop",
        HEROKU_APP_ID="id",
        HEROKU_RELEASE_VERSION="v4",
        HEROKU_BUILD_COMMIT="abc",
        OTEL_EXPORTER_OTLP_HEADERS="api-key=a%20b, x=1,broken,=2,evil=%0d%0aX: y",
        OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=staging",
        OTEL_SERVICE_NAME="till",
    )
    OTLPExit(f"{server.url}/v1/metrics", prefix="django", dyno=environ).send(
        taken(busy), FAR
    )
    (post,) = server.posts
    (found,) = post.body["resourceMetrics"]
    attributes = {
        each["key"]: each["value"]["stringValue"]
        for each in found["resource"]["attributes"]
    }

    assert attributes == {
        "cloud.provider": "heroku",
        "service.instance.id": "web.1",
        "service.name": "till",
        "service.version": "v4",
        "heroku.app.id": "id",
        "heroku.release.commit": "abc",
        "deployment.environment.name": "staging",
    }
    assert (post.headers["api-key"], post.headers["x"]) == ("a b", "1")
    assert "evil" not in post.headers


def test_a_collector_that_refuses_is_an_error(busy: Slots, server: Sink):
    server.answer = b"HTTP/1.1 400 Bad\r\n\r\n"

    with pytest.raises(ExitError, match="status 400"):
        OTLPExit(server.url, prefix="", dyno=dyno()).send(taken(busy), FAR)


def test_off_heroku_the_resource_is_what_the_variables_say():
    assert otlp.resource(dyno()) == {}


def test_sums_say_since_when_they_count(busy: Slots):
    message = otlp.body(taken(busy), {}, "django")
    (first, *_) = message["resourceMetrics"][0]["scopeMetrics"][0]["metrics"]
    (point,) = first["sum"]["dataPoints"]

    assert (first["name"], first["sum"]["isMonotonic"]) == ("django.requests", True)
    assert int(point["startTimeUnixNano"]) < int(point["timeUnixNano"])


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({}, ""),
        ({COLLECTOR: "http://c:4318"}, "http://c:4318/v1/metrics"),
        ({COLLECTOR: "http://c:4318/"}, "http://c:4318/v1/metrics"),
        (
            {
                COLLECTOR: "http://c:4318",
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://m/here",
            },
            "http://m/here",
        ),
        ({COLLECTOR: "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, ""),
        (
            {
                COLLECTOR: "http://c:4318",
                "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
                "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "http/json",
            },
            "http://c:4318/v1/metrics",
        ),
        ({COLLECTOR: "http://c:4318", "OTEL_METRICS_EXPORTER": "none"}, ""),
        ({COLLECTOR: "http://c:4318", "OTEL_SDK_DISABLED": "true"}, ""),
    ],
    ids=str,
)
def test_the_standard_variables_say_where_to(variables: dict[str, str], url: str):
    assert otlp.endpoint(variables) == url


def test_the_names_of_otlp_carry_their_unit_beside_them(busy: Slots):
    message = otlp.body(taken(busy), {}, "django")
    metrics = message["resourceMetrics"][0]["scopeMetrics"][0]["metrics"]
    units = {each["name"]: each["unit"] for each in metrics}

    assert (units["django.cpu"], units["django.memory.used"]) == ("s", "By")
    assert units["django.service"] == "s"
    assert json.dumps(message, allow_nan=False)


def test_the_help_of_a_metric_is_one_line():
    assert [each for each in catalogue.METRICS if "\n" in each.help] == []
