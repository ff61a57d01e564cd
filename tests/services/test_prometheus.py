"""
Debian's Prometheus server scrapes the example, and its linter has nothing to say.
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

from tests.metrics.serving import Load, Site, serving
from tests.metrics.sink import sink
from tests.processes import Project
from tests.servers.postgres import free_port
from tests.servers.waiting import wait_until

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
