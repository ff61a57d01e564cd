"""
Compare what settings helpers cost: time, memory and instructions over plain os.environ.

Exits with status 1 when heroku_support misses one of its limits.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median

from rounds import Limit, Sample, medians_over, play, table

HERE = Path(__file__).resolve().parent
BASELINE = "plain"
OURS = "heroku_support"
EXAMPLE = "example_project"
PEERS = {  # settings module → distribution
    "django_environ": "django-environ",
    "dj_database_url": "dj-database-url",
    "environs": "environs",
    "pydantic_settings": "pydantic-settings",
    "django_heroku": "django-heroku",
    "django_on_heroku": "django-on-heroku",
    OURS: "django-heroku-support",
}
NAMES = [BASELINE, *PEERS]
# What is only imported, not set up: Django would need the example's apps and their libraries.
IMPORTED = [*NAMES, EXAMPLE]
DYNO = {
    "DYNO": "web.1",
    "PORT": "5006",
    "WEB_CONCURRENCY": "2",
    "SECRET_KEY": "benchmark-only-k3q9vfz7x2m5w8t1r6y4u0p-n1c7b5d3",
    "DATABASE_URL": (
        "postgres://user:pass@ec2-203-0-113-7.compute-1.amazonaws.com:5432/name"
    ),
}
# An add-on of each kind that the example's settings know, and what else they read.
ADDONS = {
    "DATABASE_CONNECTION_POOL_URL": (
        "postgres://user:pass@ec2-203-0-113-7.compute-1.amazonaws.com:5433/name"
    ),
    "HEROKU_POSTGRESQL_BRONZE_URL": (
        "postgres://user:pass@ec2-203-0-113-8.compute-1.amazonaws.com:5432/name"
    ),
    "REDIS_URL": "rediss://:pass@ec2-203-0-113-9.compute-1.amazonaws.com:6380",
    "CLOUDAMQP_URL": "amqps://user:pass@rabbit.cloudamqp.example/vhost",
    "BUCKETEER_BUCKET_NAME": "bucket",
    "BUCKETEER_AWS_ACCESS_KEY_ID": "key",
    "BUCKETEER_AWS_SECRET_ACCESS_KEY": "secret",
    "BUCKETEER_AWS_REGION": "us-east-1",
    "EMAIL_URL": "smtp+tls://user:pass@mail.example.com:587",
    "WITH_MAP": "true",
    "GDAL_LIBRARY_PATH": sys.executable,  # a file; nobody loads it here
    "GEOS_LIBRARY_PATH": sys.executable,
    "SECRET_KEY_FALLBACKS": "old,older",
    "CANONICAL_HOST": "www.example.com",
    "HSTS_SINCE": "2026-01-01",
    "LOG_LEVEL": "INFO",
    "HEROKU_APP_NAME": "shop",
    "HEROKU_APP_DEFAULT_DOMAIN_NAME": "shop-0123456789ab.herokuapp.com",
    "HEROKU_RELEASE_VERSION": "v7",
}
TIME, MEMORY, INSTRUCTIONS = "import and run", "memory", "django.setup()"
# What the peers took on the machine that the limit of 3 ms was set on: a limit in
# milliseconds says nothing on another one, its ratio to the peers in the same run does.
MILLISECONDS = {
    "django_environ": 7.8,
    "dj_database_url": 0.4,
    "environs": 41,
    "pydantic_settings": 78,
    "django_heroku": 90,
    "django_on_heroku": 86,
}
LIMITS = [
    Limit(TIME, 3.0, "+.1f", "ms"),
    Limit(MEMORY, 1.0, "+.1f", "MB"),
    Limit(INSTRUCTIONS, 1.01, ".3f", "× the instructions"),
]
SETUP = "import django, psycopg; django.setup()"
# Taking the modules down again is no work of django.setup().
EXIT = "import os; os._exit(0)"


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run every peer, print the table and our verdict.
    """
    options = parse(arguments)
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder))
        compile_modules(project)
        played = play(partial(take_sample, project), IMPORTED, rounds=options.rounds)
        figures = medians_over(played, BASELINE)
        skipped = add_instructions(figures, project)
    slower = slowness(figures)
    print(heading(options.rounds, slower), report(figures), sep="\n\n", end="\n\n")
    if skipped:
        print(f"No column for {INSTRUCTIONS}: {skipped}.\n")
    return max(judge(name, figures[name], slower) for name in (OURS, EXAMPLE))


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """
    Read the command line.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rounds",
        type=int,
        default=11,
        help="timed processes for each peer (default: %(default)s)",
    )
    return parser.parse_args(arguments)


def copy_project(folder: Path) -> Path:
    """
    Copy the project, because django-heroku makes a directory beside the settings.
    """
    shutil.copytree(HERE / "settings_modules", folder / "settings_modules")
    shutil.copytree(HERE.parent / EXAMPLE / "config", folder / "config")
    shutil.copy(HERE / "settings_sample.py", folder)
    return folder


def compile_modules(project: Path) -> None:
    """
    Set Django up once with each peer, so that none pays for writing .pyc later.
    """
    for peer in NAMES:
        command = [sys.executable, "-c", SETUP]
        subprocess.run(command, cwd=project, env=environment(peer), check=True)
    take_sample(project, EXAMPLE)


def environment(peer: str) -> dict[str, str]:
    """
    Return a dyno's environment with the peer's settings module.
    """
    if peer == EXAMPLE:
        return DYNO | ADDONS
    return DYNO | {"DJANGO_SETTINGS_MODULE": f"settings_modules.{peer}"}


def take_sample(project: Path, peer: str) -> Sample:
    """
    Import a peer's settings module in a fresh process.
    """
    module = "config.settings" if peer == EXAMPLE else f"settings_modules.{peer}"
    printed = subprocess.run(
        [sys.executable, "settings_sample.py", module],
        cwd=project,
        env=environment(peer),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    milliseconds, megabytes = map(float, printed.split())
    return {TIME: milliseconds, MEMORY: megabytes}


def add_instructions(figures: dict[str, dict[str, float]], project: Path) -> str:
    """
    Add the instructions of django.setup() over plain, or return why they are missing.

    The counts hardly vary, so one run for each peer is enough, side by side.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return "valgrind is not installed"
    count = partial(count_instructions, valgrind, project)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = dict(zip(NAMES, pool.map(count, NAMES), strict=True))
    for peer, counted in counts.items():
        figures[peer][INSTRUCTIONS] = counted / counts[BASELINE]
    return ""


def count_instructions(valgrind: str, project: Path, peer: str) -> int:
    """
    Run a process that sets Django up with a peer's settings; return what callgrind counted.
    """
    tool = [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    printed = subprocess.run(
        [*tool, sys.executable, "-c", f"{SETUP}; {EXIT}"],
        cwd=project,
        env=environment(peer) | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
    )
    collected = re.search(r"Collected : (\d+)", printed.stderr)
    if printed.returncode or collected is None:
        raise RuntimeError(f"callgrind failed for {peer}:\n{printed.stderr}")
    return int(collected[1])


def slowness(figures: dict[str, dict[str, float]]) -> float:
    """
    Return how many times as long the peers took as where the limit was set.
    """
    return median(figures[peer][TIME] / usual for peer, usual in MILLISECONDS.items())


def heading(rounds: int, slower: float) -> str:
    """
    Say what was run, and with which versions.
    """
    return (
        f"Settings module over plain os.environ: medians of {rounds} interleaved rounds, "
        f"Python {platform.python_version()}, Django {version('django')}.\n"
        f"The peers took {slower:.2f} times (median) what they took where the limit in ms was "
        "set; it is multiplied by that."
    )


def report(figures: dict[str, dict[str, float]]) -> str:
    """
    Write the figures of every peer as a table.
    """
    limits = [limit for limit in LIMITS if limit.column in figures[OURS]]
    header = ["peer", "version", *(f"{limit.column}, {limit.unit}" for limit in limits)]
    rows = [
        [*label(peer), *(cell(row, limit) for limit in limits)]
        for peer, row in figures.items()
    ]
    return table(header, rows)


def cell(row: dict[str, float], limit: Limit) -> str:
    """
    Write one figure, a dash where there is none.
    """
    figure = row.get(limit.column)
    return "–" if figure is None else format(figure, limit.form)


def label(peer: str) -> tuple[str, str]:
    """
    Return what the table calls the peer, and its version.
    """
    if peer == BASELINE:
        return "plain os.environ", "–"
    if peer == EXAMPLE:
        return "the example's, every variable", version(PEERS[OURS])
    return PEERS[peer], version(PEERS[peer])


def judge(name: str, ours: dict[str, float], slower: float) -> int:
    """
    Print figures of ours beside their limits; return the exit status.
    """
    limits = [
        replace(limit, most=limit.most * slower) if limit.column == TIME else limit
        for limit in LIMITS
        if limit.column in ours
    ]
    print(f"{name}:", "; ".join(limit.verdict(ours[limit.column]) for limit in limits))
    return int(not all(limit.holds(ours[limit.column]) for limit in limits))


if __name__ == "__main__":
    sys.exit(main())
