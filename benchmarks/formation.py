"""
What it costs that dynos know of each other: fifty of them, busy, and one Key-Value Store.

    python benchmarks/formation.py

Each simulated dyno leaves an overview of ten busy minutes, the largest there is.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rounds import Limit, table

from heroku_support.dyno import Dyno  # the path stands above
from heroku_support.metrics import (
    formation,
    frames,
    layout,
    overview,
    slots,
)
from heroku_support.metrics.layout import BUCKETS, Distribution
from heroku_support.metrics.overview import (
    COUNTERS,
    GAUGES,
    Identity,
    Overview,
    Point,
)
from heroku_support.metrics.slots import Slots
from heroku_support.metrics.total import total
from tests.servers.valkey import ValkeyServer
from tests.servers.workspace import remove_workspace

DYNOS, POINTS, INTERVAL = 50, 30, 20.0
LIMITS = [
    Limit("taking an overview", 20, ".1f", "ms"),
    Limit("a post", 20, ".1f", "ms"),
    Limit("reading and summing all", 500, ".0f", "ms"),
    Limit("a dyno in the store", 20, ".1f", "kB"),
]


def main() -> int:
    """
    Measure, print, and return 1 if a limit is missed.
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    chance = random.Random(7)
    dynos = [busy(number, chance) for number in range(1, DYNOS + 1)]
    try:
        with ValkeyServer.start() as server:
            figures = measure(server, dynos, rounds)
    finally:
        remove_workspace()
    rows = [(name, f"{figure:.1f} {unit}") for name, (figure, unit) in figures.items()]
    print(table(["fifty dynos, one store", "median"], rows), end="\n\n")
    for limit in LIMITS:
        print(limit.verdict(figures[limit.column][0]))
    return int(not all(limit.holds(figures[limit.column][0]) for limit in LIMITS))


def measure(
    server: ValkeyServer, dynos: list[Overview], rounds: int
) -> dict[str, tuple[float, str]]:
    """
    Return each figure with its unit; times are of the processor.
    """
    url = server.url()
    reader = Dyno.from_environ({"DYNO": "run.1", "REDIS_URL": url}, argv=[])
    before = used(server)
    posts = [
        took(lambda each=each: formation.leave(url, f"{each.identity.dyno}:0", each))
        for _ in range(rounds)
        for each in dynos
    ]
    stored = (used(server) - before) / DYNOS / 1000
    found = formation.read(reader)
    assert len(found) == DYNOS, len(found)
    reads = [took(lambda: formation.read(reader)) for _ in range(rounds)]
    sums = [took(lambda: total(found)) for _ in range(rounds)]
    own, dyno = kept(), Dyno.from_environ({"DYNO": "web.1"}, argv=[])
    takes = [took(lambda: overview.take(own, dyno, interval=20)) for _ in posts[:50]]
    return {
        "taking an overview": (median(takes), "ms"),
        "a post": (median(posts), "ms"),
        "reading all": (median(reads), "ms"),
        "summing all": (median(sums), "ms"),
        "reading and summing all": (median(reads) + median(sums), "ms"),
        "a dyno in the store": (stored, "kB"),
    }


def kept() -> Slots:
    """
    Return slots with as many frames as there are.
    """
    found = slots.private()
    slot = found.claim()
    assert slot is not None
    for _ in range(slots.FRAMES):
        for word in layout.COUNTERS:
            slot[word] += 1
        frames.keep(found, frames.read(found))
    return found


def took(work: Callable[[], object]) -> float:
    """
    Return the milliseconds of processor time, of all threads.
    """
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1000


def used(server: ValkeyServer) -> int:
    """
    Return the bytes that the store's data takes.
    """
    return int(server.ask("INFO", "memory")["used_memory_dataset"])


def busy(number: int, chance: random.Random) -> Overview:
    """
    Return an overview without a nought in it.
    """
    now = time.time()
    points = [
        Point(
            now - INTERVAL * ago,
            INTERVAL + chance.random() / 1000,
            {each.name: chance.randrange(10**6) for each in COUNTERS},
            {each.name: chance.randrange(10**6) for each in GAUGES},
            {name: spread(chance) for name in ("service", "queue")},
        )
        for ago in range(POINTS, 0, -1)
    ]
    who = Identity(f"web.{number}", "web", None, "v42", "c0ffee" * 6)
    return Overview(who, now, INTERVAL, points[-1].gauges, points[-1].counts, points)


def spread(chance: random.Random) -> Distribution:
    """
    Return times from a millisecond to some seconds.
    """
    first, last = 13, 60
    counts = [chance.randrange(1, 300) for _ in range(first, last)]
    return Distribution(
        chance.randrange(10**9), [0] * first + counts + [0] * (BUCKETS - last)
    )


if __name__ == "__main__":
    sys.exit(main())
