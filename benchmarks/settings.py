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
from functools import partial
from importlib.metadata import version
from pathlib import Path

from rounds import Limit, Sample, medians_over, play, table

HERE = Path(__file__).resolve().parent
BASELINE = "plain"
OURS = "heroku_support"
PEERS = {  # settings module → distribution
    "django_environ": "django-environ",
    "dj_database_url": "dj-database-url",
    "environs": "environs",
    "pydantic_settings": "pydantic-settings",
    "django_heroku": "django-heroku",
    "django_on_heroku": "django-on-heroku",
    "heroku_support": "django-heroku-support",
}
NAMES = [BASELINE, *PEERS]
DYNO = {
    "DYNO": "web.1",
    "PORT": "5006",
    "WEB_CONCURRENCY": "2",
    "SECRET_KEY": "benchmark-only-k3q9vfz7x2m5w8t1r6y4u0p-n1c7b5d3",
    "DATABASE_URL": (
        "postgres://user:pass@ec2-203-0-113-7.compute-1.amazonaws.com:5432/name"
    ),
}
TIME, MEMORY, INSTRUCTIONS = "import and run", "memory", "django.setup()"
LIMITS = [
    Limit(TIME, 3.0, "+.1f", "ms"),
    Limit(MEMORY, 1.0, "+.1f", "MB"),
    Limit(INSTRUCTIONS, 1.01, ".3f", "× the instructions"),
]
START = "import django, psycopg"  # what stands before django.setup() in every process
SETUP = f"{START}; django.setup()"
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
        played = play(partial(take_sample, project), NAMES, rounds=options.rounds)
        figures = medians_over(played, BASELINE)
        skipped = add_instructions(figures, project)
    print(heading(options.rounds), report(figures), sep="\n\n", end="\n\n")
    if skipped:
        print(f"No column for {INSTRUCTIONS}: {skipped}.\n")
    return judge(figures[OURS])


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
    shutil.copy(HERE / "settings_sample.py", folder)
    return folder


def compile_modules(project: Path) -> None:
    """
    Set Django up once with each peer, so that none pays for writing .pyc later.
    """
    for peer in NAMES:
        command = [sys.executable, "-c", SETUP]
        subprocess.run(command, cwd=project, env=environment(peer), check=True)


def environment(peer: str) -> dict[str, str]:
    """
    Return a dyno's environment with the peer's settings module.
    """
    return DYNO | {"DJANGO_SETTINGS_MODULE": f"settings_modules.{peer}"}


def take_sample(project: Path, peer: str) -> Sample:
    """
    Import a peer's settings module in a fresh process.
    """
    printed = subprocess.run(
        [sys.executable, "settings_sample.py", f"settings_modules.{peer}"],
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
        start = pool.submit(count, BASELINE, START)
        setups = pool.map(partial(count, code=SETUP), NAMES)
        counts = dict(zip(NAMES, setups, strict=True))
    plain = counts[BASELINE] - start.result()
    for peer, counted in counts.items():
        figures[peer][INSTRUCTIONS] = (counted - start.result()) / plain
    return ""


def count_instructions(valgrind: str, project: Path, peer: str, code: str) -> int:
    """
    Run the code with a peer's settings under callgrind; return what it counted.
    """
    tool = [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    printed = subprocess.run(
        [*tool, sys.executable, "-c", f"{code}; {EXIT}"],
        cwd=project,
        env=environment(peer) | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
    )
    collected = re.search(r"Collected : (\d+)", printed.stderr)
    if printed.returncode or collected is None:
        raise RuntimeError(f"callgrind failed for {peer}:\n{printed.stderr}")
    return int(collected[1])


def heading(rounds: int) -> str:
    """
    Say what was run, and with which versions.
    """
    return (
        f"Settings module over plain os.environ: medians of {rounds} interleaved rounds, "
        f"Python {platform.python_version()}, Django {version('django')}."
    )


def report(figures: dict[str, dict[str, float]]) -> str:
    """
    Write the figures of every peer as a table.
    """
    limits = [limit for limit in LIMITS if limit.column in figures[OURS]]
    header = ["peer", "version", *(f"{limit.column}, {limit.unit}" for limit in limits)]
    rows = [
        [*label(peer), *(format(row[limit.column], limit.form) for limit in limits)]
        for peer, row in figures.items()
    ]
    return table(header, rows)


def label(peer: str) -> tuple[str, str]:
    """
    Return what the table calls the peer, and its version.
    """
    if peer == BASELINE:
        return "plain os.environ", "–"
    return PEERS[peer], version(PEERS[peer])


def judge(ours: dict[str, float]) -> int:
    """
    Print our figures beside their limits; return the exit status.
    """
    limits = [limit for limit in LIMITS if limit.column in ours]
    print(f"{OURS}:", "; ".join(limit.verdict(ours[limit.column]) for limit in limits))
    return int(not all(limit.holds(ours[limit.column]) for limit in limits))


if __name__ == "__main__":
    sys.exit(main())
