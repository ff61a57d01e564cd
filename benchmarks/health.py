"""
Compare what answering health checks and static files costs under gunicorn, and what it takes up.

Exits with status 1 when heroku_support misses one of its limits.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median

from rounds import Limit, Sample, play, table

HERE = Path(__file__).resolve().parent
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
        "Microseconds of the worker's processor time a request.\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder))
        with ExitStack() as stack:
            running = {
                name: stack.enter_context(serving(command, Path(folder)))
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


@dataclass
class Served:
    """
    A gunicorn on loopback.
    """

    port: int
    process: subprocess.Popen[bytes]

    @property
    def workers(self) -> list[int]:
        """
        Its worker processes.
        """
        master = self.process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text()
        return [int(each) for each in children.split()]

    def processor_time(self) -> int:
        """
        Return the nanoseconds that the workers' threads have used, also those that ended.
        """
        return sum(map(_process_time, self.workers))

    def proportional(self) -> float:
        """
        Return the megabytes of all processes, what is shared divided.
        """
        return sum(map(_pss, [self.process.pid, *self.workers])) / 1000


@contextmanager
def serving(
    command: Sequence[str], folder: Path, *, workers: int = 1
) -> Iterator[Served]:
    """
    Run a peer's server until the end of the block.
    """
    peer, *arguments = command
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environ = {
        "PATH": os.environ["PATH"],
        "DYNO": "web.1",
        "PEER": peer,
        "PORT": str(port),
        "STATIC_FOLDER": str(folder),
        "TMPDIR": str(folder),
        "WEB_CONCURRENCY": str(workers),
    }
    gunicorn = ["gunicorn", *arguments, f"--bind=127.0.0.1:{port}", "health_app"]
    uvicorn = ["uvicorn", f"--port={port}", f"--workers={workers}"]
    uvicorn += ["--log-level=warning", "health_app:application"]
    with subprocess.Popen(
        [sys.executable, "-m", *(uvicorn if "ASGI" in peer else gunicorn)],
        cwd=HERE,
        env=environ,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield Served(port, process)
        finally:
            process.send_signal(signal.SIGTERM)


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
    with serving(BOOTS[name], folder, workers=2) as served:
        with connection(served.port) as client:
            ask(client, "/empty/")
            took = time.perf_counter() - begin
        time.sleep(1)  # until the other worker is there as well
        return {"ms": took * 1000, "MB": served.proportional()}


@contextmanager
def connection(port: int) -> Iterator[socket.socket]:
    """
    Connect as soon as somebody listens.
    """
    deadline = time.monotonic() + 60
    while True:
        try:
            client = socket.create_connection(("127.0.0.1", port), timeout=30)
            break
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.002)
    with client:
        yield client


def ask(client: socket.socket, path: str) -> None:
    """
    Ask for a page and read it to its end; it must be there.
    """
    head = f"GET {path} HTTP/1.1\r\nHost: www.example.com\r\nAccept: */*\r\n\r\n"
    client.sendall(head.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _received(client)
    head_, _, body = answer.partition(b"\r\n\r\n")
    fields = dict(
        line.lower().split(b": ", 1)
        for line in head_.split(b"\r\n")[1:]
        if b": " in line
    )
    left = int(fields[b"content-length"]) - len(body)
    while left > 0:
        left -= len(_received(client))
    if not head_.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{path}: {head_.decode()}")


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


def medians(played: Sequence[dict[str, Sample]]) -> dict[str, dict[str, float]]:
    """
    Return each name's medians.
    """
    return {
        name: {
            column: median(turn[name][column] for turn in played)
            for column in played[0][name]
        }
        for name in played[0]
    }


def judge(limit: Limit, figure: float) -> int:
    """
    Print a figure of ours beside its limit; return 1 if it is missed.
    """
    print(limit.verdict(figure))
    return int(not limit.holds(figure))


def _received(client: socket.socket) -> bytes:
    received = client.recv(65536)
    if not received:
        raise RuntimeError("The server hung up.")
    return received


def _process_time(pid: int) -> int:
    return time.clock_gettime_ns(~pid << 3 | 2)  # clock_getcpuclockid(3)


def _pss(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(each.split()[1]) for each in lines if each.startswith("Pss:"))


if __name__ == "__main__":
    sys.exit(main())
