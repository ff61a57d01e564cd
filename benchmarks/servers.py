"""
Compare servers for the same new project: a view that is empty, views that wait, and the memory.

There is no limit to miss: the table says when another server than the shipped one pays.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path

from rounds import Sample, medians, play, table
from served import HungUp, Served, ask, connection, serving

OURS = "gunicorn, our configuration"
GUNICORN = ["gunicorn", "--bind=127.0.0.1:{port}", "health_app"]
GRANIAN = ["granian", "--port={port}", "--no-ws", "health_app:application"]
# Each with one worker process, and what it does unless told otherwise.
SERVERS = {
    OURS: ("ours", [*GUNICORN, "-c", "python:heroku_support.gunicorn"]),
    "gunicorn, sync": ("startproject", GUNICORN),
    "gunicorn, gevent": ("startproject", [*GUNICORN, "-k", "gevent"]),
    "granian": ("startproject", [*GRANIAN, "--interface=wsgi"]),
    "gunicorn, asgi": ("startproject, ASGI", [*GUNICORN, "-k", "asgi"]),
    "uvicorn": (
        "startproject, ASGI",
        ["uvicorn", "--port={port}", "health_app:application"],
    ),
    "granian, asgi": ("startproject, ASGI", [*GRANIAN, "--interface=asgi"]),
}
LIBRARIES = ["gunicorn", "gevent", "granian", "uvicorn", "uvloop", "httptools"]
CLIENTS = 48


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run every server and print the table.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="default: %(default)s")
    parser.add_argument(
        "--requests", type=int, default=500, help="of the empty view a round"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        (Path(folder) / "staticfiles").mkdir()
        environ = {
            "DYNO": "web.1",
            "STATIC_FOLDER": folder,
            "TMPDIR": folder,
            "WEB_CONCURRENCY": "1",
        }
        running = {
            name: stack.enter_context(serving(command, {**environ, "PEER": peer}))
            for name, (peer, command) in SERVERS.items()
        }
        measure = partial(measured, running, options.requests)
        found = medians(play(measure, list(SERVERS), rounds=options.rounds))
    versions = ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
    print(
        f"One worker process each, medians of {options.rounds} interleaved rounds,"
        f" Python {platform.python_version()}, Django {version('django')}, {versions}.\n\n"
        f"{report(found)}"
    )
    return 0


def measured(running: dict[str, Served], requests: int, name: str) -> Sample:
    """
    Ask a server for both views.
    """
    served = running[name]
    ask_often(served.port, 1)
    before = served.processor_time()
    ask_often(served.port, requests)
    took = (served.processor_time() - before) / requests / 1000
    return {"µs": took, "waiting": waiting(served), "MB": served.proportional()}


def ask_often(port: int, requests: int) -> None:
    """
    Ask for the empty view, on one connection as long as the server keeps it.
    """
    while requests:
        with connection(port) as client:
            ask(client, "/empty/")
            requests -= 1
            with suppress(HungUp):
                while requests:
                    ask(client, "/empty/")
                    requests -= 1


def waiting(served: Served) -> float:
    """
    Return how many requests a second are answered to many clients, where each waits 0.1 s.
    """

    def client_asks(_: int) -> None:
        with connection(served.port) as client:
            ask(client, "/wait/")

    begin = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(client_asks, range(CLIENTS)))
    return CLIENTS / (time.perf_counter() - begin)


def report(found: dict[str, dict[str, float]]) -> str:
    """
    Write the figures of every server as a table.
    """
    ours = found[OURS]["µs"]
    rows = [
        [
            name,
            f"{row['µs']:.0f}",
            f"{row['µs'] / ours:.2f}",
            f"{row['waiting']:.0f}",
            f"{row['MB']:.0f}",
        ]
        for name, row in found.items()
    ]
    header = ["server", "µs a request", "× ours", "waiting requests a second", "MB PSS"]
    return table(header, rows)


if __name__ == "__main__":
    sys.exit(main())
