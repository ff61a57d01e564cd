"""
Scrape a peer's page of metrics once all its processes have counted; print the milliseconds.

Run in a process of its own: ``scrape_sample.py ours|prometheus_client LIVING DEAD``.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 15
REQUESTS = 3


def ours(folder: Path) -> tuple[Callable[[], None], Callable[[], bytes]]:
    """
    Return what a process counts with, and what makes the page.
    """
    from heroku_support.metrics import frames, slots, snapshot
    from heroku_support.metrics.exits import prometheus
    from heroku_support.metrics.instruments import Requests

    reader = slots.shared(folder, "scrape", survives=True)
    for _ in range(2):  # of an interval there is more to tell
        frames.keep(reader, frames.read(reader))

    def count() -> None:
        slot = slots.shared(folder, "scrape", survives=True).claim()
        assert slot is not None
        requests = Requests(lambda: slot)
        for _ in range(REQUESTS):
            requests.end(requests.begin(None), 200)

    def page() -> bytes:
        return prometheus.render(snapshot.take(reader, None), "django")

    return count, page


def prometheus_client(folder: Path) -> tuple[Callable[[], None], Callable[[], bytes]]:
    """
    The same with the metrics of django-prometheus.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    from django.conf import settings

    settings.configure()
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    def count() -> None:
        from django_prometheus.middleware import Metrics

        metrics = Metrics.get_instance()
        for _ in range(REQUESTS):
            metrics.requests_total.inc()
            metrics.requests_latency_before.observe(0.01)
            metrics.requests_by_method.labels(method="GET").inc()
            metrics.responses_by_status.labels(status=200).inc()

    def page() -> bytes:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(folder))
        return generate_latest(registry)

    return count, page


def counted(count: Callable[[], None]) -> int:
    """
    Count in a child; return its id once it has.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        count()
        os.write(writing, b".")
        signal.pause()
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    return child


def main(peer: str, living: int, dead: int) -> None:
    """
    Have so many processes count, kill those that are to be dead, and scrape.
    """
    with tempfile.TemporaryDirectory() as folder:
        count, page = {"ours": ours, "prometheus_client": prometheus_client}[peer](
            Path(folder)
        )
        for _ in range(dead):
            _kill(counted(count))
        children = [counted(count) for _ in range(living)]
        page()
        least = float("inf")
        for _ in range(ROUNDS):
            begin = time.process_time_ns()
            page()
            least = min(least, (time.process_time_ns() - begin) / 1e6)
        size = sum(each.stat().st_blocks * 512 for each in Path(folder).iterdir())
        print(least, size / 1e6)
        for child in children:
            _kill(child)


def _kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
