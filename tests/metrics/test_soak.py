"""
Full load for as long as it takes for a leak to show, workers being killed all the time.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.metrics.serving import Load, Site, is_all_there, reported, serving
from tests.metrics.sink import Sink, sink
from tests.processes import Project
from tests.servers.waiting import wait_until

MINUTES = 10
WARM_UP = 0.15  # of the time, after which nothing may grow
CLIENTS = 6


@pytest.mark.long
@pytest.mark.timeout(60 * MINUTES + 180)
def test_ten_minutes_of_full_load_lose_nothing_and_grow_nothing(
    example: Project, tmp_path: Path
):
    with (
        sink() as receiver,
        serving(example, "gthread+preload", tmp_path, receiver) as site,
    ):
        load = Load(site)
        with load.running(CLIENTS):
            # One lives throughout: in it, and in the master, something may grow.
            observed = [site.server.process.pid, site.workers[0]]
            kills = kill_for(60 * MINUTES * WARM_UP, site, receiver, spared=observed[1])
            before = [measured(each) for each in observed]
            kills += kill_for(
                60 * MINUTES * (1 - WARM_UP), site, receiver, spared=observed[1]
            )
            after = [measured(each) for each in observed]
        wait_until(lambda: is_all_there(receiver, load), timeout=20)
        size = [path.stat().st_blocks for path in tmp_path.glob("heroku-support-*")]
        site.server.stop()
    print(f"{load.statuses.total()} requests, {kills} killed, {before} → {after}")

    assert is_all_there(receiver, load), (reported(receiver), load)
    assert load.unknown <= CLIENTS * kills
    assert kills > 20 * MINUTES
    assert len(size) == 1
    for (memory, *counted), (memory_then, *counted_then) in zip(
        before, after, strict=True
    ):
        assert memory_then < 1.05 * memory + 1024  # kilobytes
        assert counted_then <= [each + CLIENTS for each in counted]


def kill_for(seconds: float, site: Site, receiver: Sink, *, spared: int) -> int:
    """
    Kill workers for so long, any but one, after each post one; return how many.

    What they were about to answer is all that nobody can count: few of all requests.
    """
    end, killed = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        posts = len(receiver.posts)
        wait_until(lambda known=posts: len(receiver.posts) > known)
        receiver.wait_until_quiet()
        victim = site.chance.choice([each for each in site.workers if each != spared])
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda gone=victim: gone not in site.workers, timeout=60)
        wait_until(lambda: len(site.workers) == 3, timeout=60)
        killed += 1
    return killed


def measured(process: int) -> tuple[int, int, int]:
    """
    Return a process's resident kilobytes, its threads and its descriptors.
    """
    proc = Path(f"/proc/{process}")
    lines = (proc / "status").read_text().splitlines()
    (memory,) = (int(each.split()[1]) for each in lines if each.startswith("VmRSS:"))
    return memory, len(os.listdir(proc / "task")), len(os.listdir(proc / "fd"))
