"""
Compare what answering health checks and static files costs under gunicorn, and what it takes up.

Exits with status 1 when heroku_support misses one of its limits.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median

from rounds import Limit, Sample, medians, play, table
from served import Served, ask, connection, serving

STATIC = "10k.0123456789ab.txt"  # named as a manifest names it
SHIPPED = ["-c", "python:heroku_support.gunicorn"]
BARE = ["--worker-class=gthread", "--threads=3", "--keep-alive=95"]
# What is logged goes nowhere; where it is on, writing the line is part of the time.
LOG = "--access-logfile=/dev/null"
SERVERS = {
    "raw": ["raw", *BARE],
    "raw, our configuration": ["raw", *SHIPPED, LOG],
    "peers": ["peers", *BARE],
    "ours": ["ours", *SHIPPED, LOG],
    "ours, bare": ["ours", *BARE],
}
LIVENESS = {
    "raw WSGI": ("raw", "/"),
    "raw WSGI, our configuration and its log": ("raw, our configuration", "/"),
    "empty view": ("peers", "/empty/"),
    "django-alive": ("peers", "/alive/"),
    "watchman ping": ("peers", "/ping/"),
    "django-health-check, no checks": ("peers", "/health-check/"),
    "ours": ("ours", "/health/live"),
    "ours, middleware only": ("ours, bare", "/health/live"),
}
READINESS = {
    "watchman": ("peers", "/watchman/"),
    "django-health-check": ("peers", "/database/"),
    "ours": ("ours", "/health/ready"),
}
FILES = {
    "raw WSGI": ("raw", "/10k"),
    "raw WSGI, our configuration and its log": ("raw, our configuration", "/10k"),
    "WhiteNoise as middleware": ("peers", f"/static/{STATIC}"),
    "ours": ("ours", f"/static/{STATIC}"),
}
PAGES = {
    **{f"live: {name}": asked for name, asked in LIVENESS.items()},
    **{f"ready: {name}": asked for name, asked in READINESS.items()},
    **{f"file: {name}": asked for name, asked in FILES.items()},
    "metrics: ours": ("ours", "/health/metrics"),
}
BOOTS = {
    "default, sync": ["startproject"],
    "preload": ["startproject", "--preload"],
    "uvicorn": ["startproject, ASGI"],
    "ours": ["ours", *SHIPPED, LOG],
}
SAME = "raw WSGI, our configuration and its log"
LIVE = Limit("liveness over raw", 1.10, ".2f", "×")
IN_PROCESS = Limit("middleware's liveness of an empty view", 0.8, ".2f", "×")
READY = Limit("cached readiness over liveness", 1.3, ".2f", "×")
FILE = Limit("static file over raw", 1.3, ".2f", "×")
MEMORY = Limit("2 workers", 56, ".1f", "MB PSS")
# What the peers took on the machine that the limit was set on, in the same units.
MEGABYTES = {"default, sync": 80, "preload": 55, "uvicorn": 99}
FIRST = Limit("first 200 of the default's", 1.0, ".2f", "×")


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run everybody, print the tables and our verdicts.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="default: %(default)s")
    parser.add_argument(
        "--requests", type=int, default=500, help="of each page a round"
    )
    options = parser.parse_args(arguments)
    print(
        f"gunicorn {version('gunicorn')}, gthread, medians of {options.rounds} interleaved"
        f" rounds, Python {platform.python_version()}, Django {version('django')}.\n"
        "Microseconds of the server's processor time a request.\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder))
        with ExitStack() as stack:
            running = {
                name: stack.enter_context(serving_peer(command, Path(folder)))
                for name, command in SERVERS.items()
            }
            ask = partial(asked, running, options.requests)
            played = play(ask, list(PAGES), rounds=options.rounds)
        missed = report_pages(medians(played))
        boot_once = partial(boot, Path(folder))
        missed += report_boots(
            medians(play(boot_once, list(BOOTS), rounds=options.rounds))
        )
    return int(missed > 0)


def write_files(folder: Path) -> None:
    """
    Write a hashed static file, and no manifest's worth of others.
    """
    (folder / "staticfiles").mkdir()
    (folder / "staticfiles" / STATIC).write_bytes(b"x" * 10_240)


def serving_peer(
    command: Sequence[str], folder: Path, *, workers: int = 1
) -> AbstractContextManager[Served]:
    """
    Run a peer's server until the end of the block.
    """
    peer, *arguments = command
    environ = {
        "DYNO": "web.1",
        "PEER": peer,
        "STATIC_FOLDER": str(folder),
        "TMPDIR": str(folder),
        "WEB_CONCURRENCY": str(workers),
    }
    gunicorn = ["gunicorn", *arguments, "--bind=127.0.0.1:{port}", "health_app"]
    uvicorn = ["uvicorn", "--port={port}", f"--workers={workers}"]
    # As it is without its extras.
    uvicorn += ["--loop=asyncio", "--http=h11", "health_app:application"]
    return serving(uvicorn if "ASGI" in peer else gunicorn, environ)


def asked(running: dict[str, Served], requests: int, page: str) -> Sample:
    """
    Ask for a page again and again on one connection.
    """
    server, path = PAGES[page]
    served = running[server]
    with connection(served.port) as client:
        ask(client, path)
        before = served.processor_time()
        for _ in range(requests):
            ask(client, path)
        return {"µs": (served.processor_time() - before) / requests / 1000}


def boot(folder: Path, name: str) -> Sample:
    """
    Start two workers; return the milliseconds to the first answer, and the memory then.
    """
    begin = time.perf_counter()
    with serving_peer(BOOTS[name], folder, workers=2) as served:
        with connection(served.port) as client:
            ask(client, "/empty/")
            took = time.perf_counter() - begin
        time.sleep(1)  # until the other worker is there as well
        return {"ms": took * 1000, "MB": served.proportional()}


def report_pages(found: dict[str, dict[str, float]]) -> int:
    """
    Print what each page costs; return how many limits we missed.
    """
    raw = {kind: found[f"{kind}: raw WSGI"]["µs"] for kind in ("live", "file")}
    rows = [
        [page, f"{row['µs']:.0f}", f"{row['µs'] / raw.get(page[:4], raw['live']):.2f}"]
        for page, row in found.items()
    ]
    print(table(["page", "µs", "× raw"], rows), end="\n\n")
    took = {page: row["µs"] for page, row in found.items()}
    live = took["live: ours"]
    missed = judge(LIVE, live / took[f"live: {SAME}"])
    missed += judge(
        IN_PROCESS, took["live: ours, middleware only"] / took["live: empty view"]
    )
    missed += judge(READY, took["ready: ours"] / live)
    missed += judge(FILE, took["file: ours"] / took[f"file: {SAME}"])
    print()
    return missed


def report_boots(found: dict[str, dict[str, float]]) -> int:
    """
    Print what two workers take; return how many limits we missed.
    """
    rows = [
        [name, f"{row['ms']:.0f}", f"{row['MB']:.0f}"] for name, row in found.items()
    ]
    print(table(["2 workers", "ms to the first 200", "MB PSS"], rows), end="\n\n")
    ours, default = found["ours"], found["default, sync"]
    more = median(found[peer]["MB"] / usual for peer, usual in MEGABYTES.items())
    print(f"The peers took {more:.2f} times (median) the memory that they took there.")
    memory = Limit(MEMORY.column, MEMORY.most * more, MEMORY.form, MEMORY.unit)
    missed = judge(memory, ours["MB"]) + judge(FIRST, ours["ms"] / default["ms"])
    print()
    return missed


def judge(limit: Limit, figure: float) -> int:
    """
    Print a figure of ours beside its limit; return 1 if it is missed.
    """
    print(limit.verdict(figure))
    return int(not limit.holds(figure))


if __name__ == "__main__":
    sys.exit(main())
