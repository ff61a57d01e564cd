"""
Compare what measuring requests costs: a request, a scrape, and the start of a process.

Exits with status 1 when heroku_support misses one of its limits.
"""

from __future__ import annotations

import argparse
import platform
import resource
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median

from rounds import Limit, Sample, play, table

HERE = Path(__file__).resolve().parent
NOTHING, NO_OP = "nothing", "no-op middleware"
OURS, WITHOUT = "ours", "ours without metrics"
# Microseconds that the peers took where the limits were set: WSGI, ASGI.
PEERS = {
    "judoscale": (14, 95),
    "django-prometheus": (53, 461),
    "django-prometheus, multiprocess": (64, None),
    "OpenTelemetry": (119, 380),
}
NAMES = [NOTHING, NO_OP, *PEERS, WITHOUT, OURS]
# Milliseconds that starting with a peer took where the limits were set.
STARTERS = {"judoscale": 54, "django-prometheus": 3, "OpenTelemetry": 45}
STARTED = [NOTHING, *STARTERS, OURS]
CLIENT = "prometheus_client"
SCRAPES = {
    "ours, 4 workers": (OURS, 4, 0),
    "ours, 16 workers": (OURS, 16, 0),
    "ours, 4 workers after 500 restarts": (OURS, 4, 500),
    "prometheus_client, 4 workers": (CLIENT, 4, 0),
    "prometheus_client, 16 workers": (CLIENT, 16, 0),
    "prometheus_client, 4 workers after 200 restarts": (CLIENT, 4, 200),
}
WSGI = Limit("metrics of a request, WSGI", 3, ".1f", "µs")
ASGI = Limit("metrics of a request, ASGI", 10, ".1f", "µs")
SCRAPE = Limit("scrape after 500 restarts", 1, ".2f", "ms")
FLAT = Limit("over the scrape before them", 1.5, ".2f", "×")
START = Limit("start", 5, ".1f", "ms")
MEMORY = Limit("memory", 1, ".1f", "MB")


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run everybody, print the tables and our verdicts.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=7, help="rounds (default: %(default)s)"
    )
    rounds = parser.parse_args(arguments).rounds
    print(
        f"Medians of {rounds} interleaved rounds, processor time, Python"
        f" {platform.python_version()}, Django {version('django')}.\n"
    )
    slower, failures = requests(rounds)
    failures += scrapes(max(3, rounds // 2), slower)
    failures += starts(rounds)
    return int(failures > 0)


def requests(rounds: int) -> tuple[float, int]:
    """
    Print what each adds to a request; return how much slower it is here, and what we missed.
    """
    kinds = {
        kind: medians(
            play(partial(added, kind), NAMES, rounds=rounds), over=(NOTHING, "µs")
        )
        for kind in ("wsgi", "asgi")
    }
    rows = [
        [name, *(f"{kinds[kind][name]['µs']:.1f}" for kind in kinds)]
        for name in NAMES[1:]
    ]
    print(table(["µs added to a request", "WSGI", "ASGI"], rows), end="\n\n")
    slower = median(
        kinds[kind][peer]["µs"] / usual
        for peer, figures in PEERS.items()
        for kind, usual in zip(kinds, figures, strict=True)
        if usual
    )
    print(
        f"The peers took {slower:.2f} times (median) what they took where the limits in time"
        " were set; they are multiplied by that."
    )
    missed = 0
    for limit, figures in ((WSGI, kinds["wsgi"]), (ASGI, kinds["asgi"])):
        missed += judge(limit, figures[OURS]["µs"] - figures[WITHOUT]["µs"], slower)
    print()
    return slower, missed


def scrapes(rounds: int, slower: float) -> int:
    """
    Print how long a scrape takes and how large the files are; return what we missed.
    """
    found = medians(play(scraped, list(SCRAPES), rounds=rounds))
    rows = [
        [name, f"{row['ms']:.2f}", f"{row['MB']:.1f}"] for name, row in found.items()
    ]
    print(table(["a scrape", "ms", "files, MB"], rows), end="\n\n")
    before, _, after = (found[each]["ms"] for each in SCRAPES if each.startswith(OURS))
    missed = judge(SCRAPE, after, slower) + judge(FLAT, after / before)
    print()
    return missed


def starts(rounds: int) -> int:
    """
    Print what each adds to the start of a process; return what we missed.
    """
    found = medians(
        play(started, STARTED, rounds=2 * rounds), over=(NOTHING, "ms", "MB")
    )
    rows = [
        [name, f"{row['ms']:.1f}", f"{row['MB']:.1f}"]
        for name, row in found.items()
        if name != NOTHING
    ]
    print(table(["added to a process", "ms", "MB"], rows), end="\n\n")
    slower = median(found[peer]["ms"] / usual for peer, usual in STARTERS.items())
    print(f"To start, the peers took {slower:.2f} times (median) what they took there.")
    ours = found[OURS]
    missed = judge(START, ours["ms"], slower) + judge(MEMORY, ours["MB"])
    print()
    return missed


def added(kind: str, name: str) -> Sample:
    """
    Return the microseconds that a request takes.
    """
    return {"µs": float(run("metrics_sample.py", name, kind)[0])}


def scraped(name: str) -> Sample:
    """
    Return what a scrape takes.
    """
    milliseconds, megabytes = run("scrape_sample.py", *map(str, SCRAPES[name]))
    return {"ms": float(milliseconds), "MB": float(megabytes)}


def started(name: str) -> Sample:
    """
    Return the processor time of a process that answers its first request, and its memory.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    (megabytes,) = run("metrics_sample.py", name, "start")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"ms": used * 1000, "MB": float(megabytes)}


def run(*command: str) -> list[str]:
    """
    Run a script of samples in a process of its own; return the figures it prints.
    """
    return subprocess.run(
        [sys.executable, *command],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


def medians(
    played: Sequence[dict[str, Sample]], *, over: tuple[str, ...] = ()
) -> dict[str, dict[str, float]]:
    """
    Return each name's medians; of some columns, those of the difference from a baseline.
    """
    baseline, *compared = over or ("",)
    return {
        name: {
            column: median(
                turn[name][column]
                - (turn[baseline][column] if column in compared else 0)
                for turn in played
            )
            for column in played[0][name]
        }
        for name in played[0]
    }


def judge(limit: Limit, figure: float, slower: float = 1) -> int:
    """
    Print a figure of ours beside its limit; return 1 if it is missed.
    """
    here = Limit(limit.column, limit.most * slower, limit.form, limit.unit)
    print(here.verdict(figure))
    return int(not here.holds(figure))


if __name__ == "__main__":
    sys.exit(main())
