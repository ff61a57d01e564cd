"""
Debian's Prometheus server scrapes the example, its linter has nothing to say, and alerts fire.
"""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from tests.metrics.serving import Load, Site, serving
from tests.metrics.sink import sink
from tests.processes import Project
from tests.servers.postgres import free_port
from tests.servers.waiting import wait_until
from tests.test_docs_blocks import blocks

pytestmark = pytest.mark.services

CONFIGURATION = """
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: example
    metrics_path: /health/metrics
    static_configs:
      - targets: ["127.0.0.1:{port}"]
"""


@pytest.fixture
def site(example: Project, tmp_path: Path) -> Iterator[Site]:
    with (
        sink() as receiver,
        serving(example, "gthread+preload", tmp_path, receiver) as found,
    ):
        Load(found).run(30)
        yield found


@contextmanager
def prometheus(site: Site, folder: Path) -> Iterator[int]:
    """
    Run the server, and return its port.
    """
    port = free_port()
    path = folder / "prometheus.yml"
    path.write_text(CONFIGURATION.format(port=site.port))
    command = [
        "prometheus",
        f"--config.file={path}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield port
        finally:
            process.terminate()


def ask(port: int, path: str) -> Any:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as response:
            return json.load(response)["data"]
    except OSError:  # not up yet
        return None


def value(port: int, query: str) -> float | None:
    found = ask(port, f"/api/v1/query?query={quote(query)}")
    return float(found["result"][0]["value"][1]) if found and found["result"] else None


def test_a_prometheus_server_tells_what_clients_counted(site: Site, tmp_path: Path):
    with prometheus(site, tmp_path) as port:
        wait_until(lambda: value(port, "django_requests_total") == 30, timeout=30)
        wait_until(lambda: value(port, "django_requests_per_second") is not None)
        kinds = ask(port, "/api/v1/metadata")
        (target,) = ask(port, "/api/v1/targets")["activeTargets"]
        failed = value(port, "django_responses_5xx_total")

    assert (failed, target["health"], target["lastError"]) == (10, "up", "")
    assert kinds["django_requests_total"][0]["type"] == "counter"
    assert kinds["django_service_seconds"][0]["type"] == "summary"


def test_its_linter_has_nothing_to_say(site: Site):
    page = site.server.get("/health/metrics", {}).body
    linted = subprocess.run(
        ["promtool", "check", "metrics"], input=page, capture_output=True, check=False
    )

    assert (linted.returncode, linted.stdout, linted.stderr) == (0, b"", b"")


# What a dyno tells, minute by minute, where all is well and where nothing is.
WELL = {
    "django_workers": "2x30",
    "django_requests_stuck": "0x30",
    "django_requests_total": "0+600x30",
    "django_responses_5xx_total": "0+1x30",
    "django_queue_p95_seconds": "0.01x30",
    "django_backlog": "0x30",
    "django_memory_usage_ratio": "0.6x30",
    "django_worker_kills_total": "3x30",
    "django_tasks_total": "0+60x30",
    "django_tasks_failures_total": "0+1x30",
}
ILL = WELL | {
    "django_requests_stuck": "1x30",
    "django_responses_5xx_total": "0+60x30",
    "django_queue_p95_seconds": "2x30",
    "django_backlog": "40x30",
    "django_memory_usage_ratio": "0.95x30",
    "django_worker_kills_total": "0+1x30",
    "django_tasks_failures_total": "0+30x30",
}
FIRING = 'count(ALERTS{alertstate="firing"}) or vector(0)'


def test_the_alerts_of_the_docs_fire_when_they_should(tmp_path: Path):
    (rules,) = [each.text for each in blocks("yaml") if each.text.startswith("groups:")]
    (tmp_path / "alerts.yml").write_text(rules)
    names = [each["alert"] for each in yaml.safe_load(rules)["groups"][0]["rules"]]
    expected = [(WELL, 0), (ILL, len(names) - 1), ({"up": "1x30"}, 1)]
    tests = [
        {
            "interval": "1m",
            "input_series": [
                {"series": name, "values": values} for name, values in told.items()
            ],
            "promql_expr_test": [
                {
                    "expr": FIRING,
                    "eval_time": "25m",
                    "exp_samples": [{"value": count, "labels": "{}"}],
                }
            ],
        }
        for told, count in expected
    ]
    file = {"rule_files": ["alerts.yml"], "evaluation_interval": "1m", "tests": tests}
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(file))
    checked = [
        subprocess.run(
            ["promtool", *words], cwd=tmp_path, capture_output=True, text=True
        )
        for words in (["check", "rules", "alerts.yml"], ["test", "rules", "tests.yml"])
    ]

    assert [each.returncode for each in checked] == [0, 0], checked
    assert f"{len(names)} rules found" in checked[0].stdout
