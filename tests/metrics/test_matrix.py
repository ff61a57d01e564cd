"""
The whole matrix: each server, each way in which its processes end, twenty times in a row.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.metrics.serving import (
    ALONE,
    INTERVAL,
    SERVERS,
    WITHOUT_LAST_WORDS,
    Load,
    Site,
    is_all_there,
    reported,
    serving,
)
from tests.metrics.sink import Sink, sink
from tests.processes import Project
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.long

TIMES = 20
REQUESTS = 15  # before and after each time
DISTURBANCES: dict[str, Callable[[Site], None]] = {
    "nobody killed": lambda site: None,
    "any worker killed": Site.kill_any,
    "the reporter killed": Site.kill_reporter,
    "reloaded": Site.reload,
}


@pytest.mark.parametrize("disturbance", DISTURBANCES)
@pytest.mark.parametrize("kind", SERVERS)
def test_what_clients_count_is_what_is_reported(
    example: Project, kind: str, disturbance: str, tmp_path: Path
):
    starts_anew = kind in ALONE and disturbance != "nobody killed"
    with sink() as receiver, serving(example, kind, tmp_path, receiver) as site:
        load = Load(site)
        begin = time.monotonic()
        for _ in range(TIMES):
            with load.running():
                load.wait_for(REQUESTS)
                # Some boot slowly, and one that boots reports for nobody.
                if kind not in ALONE:
                    wait_until(lambda: site.counting >= 2, timeout=60)
                receiver.wait_until_quiet()
                if not starts_anew:
                    DISTURBANCES[disturbance](site)
                    load.wait_for(REQUESTS)
            if starts_anew:  # with the server the dyno is gone, and so is its file
                wait_until(lambda: is_all_there(receiver, load), timeout=20)
                receiver.wait_until_quiet()
                DISTURBANCES[disturbance](site)
        if kind in WITHOUT_LAST_WORDS:
            wait_until(lambda: is_all_there(receiver, load), timeout=20)
        took = time.monotonic() - begin
        site.server.stop()

    assert is_all_there(receiver, load), (reported(receiver), load)
    # A killed worker is asked by three clients at most.
    assert load.unknown <= 3 * TIMES
    if not starts_anew:
        assert_one_post_an_interval(receiver, took)


def assert_one_post_an_interval(receiver: Sink, took: float) -> None:
    """
    Fail if there were more posts than intervals, or if one was left out.
    """
    posts = list(zip(receiver.times, receiver.posts, strict=True))
    # Last words come when they come: where nothing is preloaded, the last worker of before a
    # reload is gone before the first of after it is there.
    regular = [at for at, post in posts if post.body["gauges"]["django.workers"]]
    gaps = [
        after - before
        for (before, post), (after, _) in pairwise(posts)
        if post.body["gauges"]["django.workers"]
    ]
    assert len(regular) <= took / INTERVAL + 2
    assert max(gaps, default=0) < 2 * INTERVAL
