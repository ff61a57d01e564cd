"""
Compare what a release with nothing to do takes, with 100, 1000 and 3000 migrations.

Exits with status 1 when heroku_support misses one of its limits.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

from release_project import FEW, MANY, SOME, SUPERUSER, write_project
from rounds import Limit, Sample, play, table

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.servers.postgres import PostgresServer

SETUP, FOUR, ONE, OURS = "django.setup()", "four processes", "one process", "ours"
Case = tuple[str, str, int]  # command, database, migrations
MANAGE = f"{sys.executable} manage.py"
COMMANDS = {
    SETUP: f"{sys.executable} -c 'import django; django.setup()'",
    FOUR: (
        f"{MANAGE} migrate && {{ {MANAGE} createsuperuser --noinput; true; }}"
        f" && {MANAGE} createcachetable && {MANAGE} check --deploy"
    ),
    ONE: f"{sys.executable} one_process.py",
    OURS: f"{MANAGE} heroku_release --skip smoke",
}
PREPARE = f"{sys.executable} prepare.py"
SIZES = (FEW, SOME, MANY)
# Seconds on Postgres with SOME migrations, where OVERHEAD was set.
THERE = {SETUP: 0.49, FOUR: 2.49, ONE: 0.94}
OVERHEAD = Limit(f"over django.setup() at {SOME}", 0.25, ".2f", "s")
SHARE = Limit(f"of four processes at {SOME}", 0.5, ".2f", "×")
GROWTH = Limit(f"{MANY} over {FEW}", 1.2, ".2f", "×")


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run everybody on both databases, print the table and our verdict.
    """
    options = parse(arguments)
    print(
        f"A release with nothing to do, seconds: medians of {options.rounds} interleaved"
        f" rounds, Python {platform.python_version()}, Django {version('django')}.\n"
    )
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        figures = measure(Path(folder), urls, options.rounds)
    rows = [
        [
            f"{what}, {kind}",
            *(f"{figures[what, kind, size]:.2f}" for size in SIZES),
        ]
        for kind in urls
        for what in COMMANDS
    ]
    print(table(["migrations", *map(str, SIZES)], rows), end="\n\n")
    return judge(
        {
            (what, size): figures[what, "Postgres", size]
            for what in COMMANDS
            for size in SIZES
        }
    )


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """
    Read the command line.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rounds",
        type=int,
        default=7,
        help="timed runs of each command (default: %(default)s)",
    )
    return parser.parse_args(arguments)


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """
    Return the URLs to measure with; each size gets a database of its own.
    """
    with PostgresServer.start(18, tls=False) as server:
        server.query("ALTER ROLE app CREATEDB")
        urls = {"SQLite": f"sqlite:///{folder}", "Postgres": server.url(database="")}
        for size in SIZES:
            server.query(f"CREATE DATABASE release_{size} OWNER app")
        yield urls


def measure(folder: Path, urls: dict[str, str], rounds: int) -> dict[Case, float]:
    """
    Return the median seconds of each command, on each database, with each size.

    All are in every round: a machine that slows down for a while slows them all.
    """
    projects = {}
    for kind, url in urls.items():
        for size in SIZES:
            project = folder / kind / str(size)
            write_project(project, size)
            environ = environment(f"{url.rstrip('/')}/release_{size}")
            run(project, environ, PREPARE)
            projects[kind, size] = project, environ
    cases = [(what, *place) for what in COMMANDS for place in projects]

    def take_sample(case: Case) -> Sample:
        what, *place = case
        return {"seconds": run(*projects[tuple(place)], COMMANDS[what])}

    played = play(take_sample, cases, rounds=rounds)
    return {case: median(turn[case]["seconds"] for turn in played) for case in cases}


def environment(url: str) -> dict[str, str]:
    """
    Return what the commands are run with, like a release dyno's.
    """
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "release_settings",
        **SUPERUSER,
    }


def run(project: Path, environ: dict[str, str], command: str) -> float:
    """
    Run a command in a project; return the seconds that it took.
    """
    started = perf_counter()
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")
    return perf_counter() - started


def judge(seconds: dict[tuple[str, int], float]) -> int:
    """
    Print figures of ours beside their limits; return the exit status.
    """
    slower = median(seconds[what, SOME] / there for what, there in THERE.items())
    print(
        f"The peers took {slower:.2f} times (median) what they took where the limit in seconds"
        " was set; it is multiplied by that.\n"
    )
    ours = {
        replace(OVERHEAD, most=OVERHEAD.most * slower): seconds[OURS, SOME]
        - seconds[SETUP, SOME],
        SHARE: seconds[OURS, SOME] / seconds[FOUR, SOME],
        GROWTH: seconds[OURS, MANY] / seconds[OURS, FEW],
    }
    print("; ".join(limit.verdict(figure) for limit, figure in ours.items()))
    return int(not all(limit.holds(figure) for limit, figure in ours.items()))


if __name__ == "__main__":
    sys.exit(main())
