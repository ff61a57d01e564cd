"""
What clients of real servers count is what is reported, whoever is killed meanwhile.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from tests.metrics.sink import COUNTERS, Sink, sink
from tests.processes import DYNO, HTTPS, Project, Server, environment
from tests.servers.postgres import free_port
from tests.servers.waiting import wait_until

HOST = {**HTTPS, "Host": "survey.herokuapp.com"}
PATHS = {"/about/": 200, "/no-such-page/": 404}
SETTINGS = """
from config.settings import *
ALLOWED_HOSTS = ["survey.herokuapp.com"]
HEROKU_SUPPORT_METRICS_INTERVAL = 1
"""
# Holds its worker until the test lets go.
HELD = """
import os, time
from config.wsgi import application as _
def application(environ, start_response):
    while not os.path.exists(os.environ["LET_GO"]):
        time.sleep(0.01)
    start_response("200 OK", [])
    return [b"done"]
"""
WITHOUT_PRELOAD = """
from heroku_support.gunicorn import *
preload_app = False
"""
GUNICORN = {
    "sync": ["-k", "sync"],
    "gthread": [],
    "gthread without preload": ["-c", "without_preload.py"],
    "asgi": ["-k", "asgi"],
    "max_requests": ["-k", "sync", "--max-requests=20", "--max-requests-jitter=5"],
}
UVICORN = {"uvicorn": "1", "uvicorn, 3 workers": "3"}
SERVERS = [*GUNICORN, *UVICORN, "runserver"]
WITH_WORKERS = ["sync", "gthread", "asgi", "uvicorn, 3 workers"]
# They end by the signal itself: what is left is not reported.
WITHOUT_LAST_WORDS = [*UVICORN, "runserver"]


@dataclass
class Load:
    """
    Clients of a server, and what they were answered.
    """

    server: Server
    statuses: Counter[int] = field(default_factory=Counter)
    failed: int = 0

    def ask(self, path: str) -> None:
        try:
            self.statuses[self.server.get(path, HOST).status] += 1
        except OSError:  # a worker that was killed while it answered
            self.failed += 1

    def run(self, requests: int) -> None:
        paths = [list(PATHS)[index % 2] for index in range(requests)]
        with ThreadPoolExecutor(3) as clients:
            list(clients.map(self.ask, paths))


@contextmanager
def serving(
    example: Project, kind: str, folder: Path, server: Sink
) -> Iterator[Server]:
    (example.directory / "measured.py").write_text(SETTINGS)
    (example.directory / "without_preload.py").write_text(WITHOUT_PRELOAD)
    variables = {
        **DYNO,
        "WEB_CONCURRENCY": "3",
        "DATABASE_URL": "postgres://u:p@127.0.0.1:1/name",
        "DJANGO_SETTINGS_MODULE": "measured",
        "HEROKU_METRICS_URL": server.url,
        "TMPDIR": str(folder),
    }
    if kind in GUNICORN:
        application = "config.asgi" if kind == "asgi" else "config.wsgi"
        with example.gunicorn(
            *GUNICORN[kind], application=application, **variables
        ) as served:
            yield served
        return
    port = free_port()
    command = [sys.executable, "manage.py", "runserver", "--noreload", str(port)]
    if kind == "runserver":  # at home, where a database may be a file
        del variables["DYNO"]
        variables["DATABASE_URL"] = f"sqlite:///{folder / 'db.sqlite3'}"
    else:
        variables["WEB_CONCURRENCY"] = UVICORN[kind]
        uvicorn = [sys.executable, "-m", "uvicorn", "--port", str(port)]
        command = [*uvicorn, "config.asgi:application"]
    environ = environment(PORT=str(port), **variables)
    with example.serve(command, port, environ) as served:
        yield served


def workers(server: Server) -> list[int]:
    process = server.process.pid
    children = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [
        int(child)
        for child in children.split()
        # Python's own helper of multiprocessing is no worker.
        if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def reported(server: Sink) -> Counter[int]:
    return Counter(
        {
            200: int(server.total("django.responses.2xx")),
            404: int(server.total("django.responses.4xx")),
        }
    )


def wait_for_all(server: Sink, load: Load) -> None:
    wait_until(lambda: reported(server) == load.statuses, timeout=20)


@pytest.mark.parametrize("kind", SERVERS)
def test_what_clients_count_is_what_is_reported(
    example: Project, kind: str, tmp_path: Path
):
    with sink() as receiver, serving(example, kind, tmp_path, receiver) as server:
        load = Load(server)
        load.run(120)
        if kind in WITHOUT_LAST_WORDS:
            wait_for_all(receiver, load)
        page = server.get("/health/metrics", {}).text
        server.stop()

    assert (load.failed, reported(receiver)) == (0, load.statuses)
    assert "django_responses_2xx_total 60\n" in page


@pytest.mark.parametrize("kind", WITH_WORKERS)
def test_killed_workers_take_nothing_with_them(
    example: Project, kind: str, tmp_path: Path
):
    chance = random.Random(4)
    with sink() as receiver, serving(example, kind, tmp_path, receiver) as server:
        load = Load(server)
        for _ in range(3):
            load.run(40)
            # Among them, sooner or later, the one that reports.
            victim = chance.choice(workers(server))
            os.kill(victim, signal.SIGKILL)
            wait_until(lambda gone=victim: gone not in workers(server))
            wait_until(lambda: len(workers(server)) == 3)
        load.run(40)
        wait_until(lambda: sum(reported(receiver).values()) >= load.statuses.total())
        kills = wait_until(lambda: receiver.total("django.worker.kills"))
        server.stop()
    total = sum(reported(receiver).values())

    # Killed after it was counted and before the client had it: both are right.
    assert load.statuses.total() <= total <= load.statuses.total() + load.failed
    assert 1 <= kills <= 3


def test_a_reload_takes_nothing_with_it(example: Project, tmp_path: Path):
    with sink() as receiver, serving(example, "gthread", tmp_path, receiver) as server:
        load = Load(server)
        load.run(40)
        before = set(workers(server))
        server.process.send_signal(signal.SIGHUP)
        load.run(80)
        wait_until(lambda: not before & set(workers(server)), timeout=30)
        load.run(40)
        server.stop()
    total = sum(reported(receiver).values())

    assert load.statuses.total() <= total <= load.statuses.total() + load.failed


def test_one_process_reports_once_an_interval_for_all(example: Project, tmp_path: Path):
    with sink() as receiver, serving(example, "gthread", tmp_path, receiver) as server:
        times: list[float] = []

        def arrived() -> bool:
            if len(receiver.posts) > len(times):
                times.append(time.monotonic())
            return len(times) >= 5

        wait_until(arrived, timeout=20)
        # Even if the reporter is killed, whichever it is.
        for victim in workers(server):
            os.kill(victim, signal.SIGKILL)
        wait_until(lambda: len(receiver.posts) >= 8, timeout=20)
        server.stop()
    gaps = [after - before for before, after in pairwise(times)]

    assert all(0.5 < gap < 2 for gap in gaps), gaps
    assert set(receiver.posts[-1].body["counters"]) == COUNTERS


@pytest.mark.parametrize("signals", [1, 3])
def test_sigterm_to_every_process_ends_them_in_time_and_reports_the_rest(
    example: Project, tmp_path: Path, signals: int
):
    with sink() as receiver, serving(example, "gthread", tmp_path, receiver) as server:
        load = Load(server)
        load.run(30)
        everyone = [server.process.pid, *workers(server)]
        begin = time.monotonic()
        for _ in range(signals):
            for process in everyone:
                try:
                    os.kill(process, signal.SIGTERM)
                except ProcessLookupError:  # as quick as that
                    pass
        status = server.process.wait(timeout=30)
        took = time.monotonic() - begin

    assert (status, reported(receiver)) == (0, load.statuses)
    assert took < 6


def test_who_waits_for_a_worker_is_in_the_backlog(example: Project, tmp_path: Path):
    (example.directory / "held.py").write_text(HELD)
    (example.directory / "measured.py").write_text(SETTINGS)
    let_go = tmp_path / "let go"
    with sink() as receiver:
        variables = {
            **DYNO,
            "DATABASE_URL": "postgres://u:p@127.0.0.1:1/name",
            "DJANGO_SETTINGS_MODULE": "measured",
            "HEROKU_METRICS_URL": receiver.url,
            "TMPDIR": str(tmp_path),
            "LET_GO": str(let_go),
        }

        def backlog() -> int | None:
            gauges = receiver.posts[-1].body["gauges"] if receiver.posts else {}
            found: int | None = gauges.get("django.backlog")
            return found

        with (
            example.gunicorn(
                "-k", "sync", application="held:application", **variables
            ) as server,
            ThreadPoolExecutor(6) as clients,
        ):
            answers = [clients.submit(server.get, "/") for _ in range(6)]
            wait_until(lambda: backlog() == 5)  # all but the one that is held
            let_go.touch()
            wait_until(lambda: backlog() == 0)

        assert {answer.result().text for answer in answers} == {"done"}


def hang(connection: socket.socket) -> None:
    connection.recv(1)  # nothing comes


def test_a_sink_that_hangs_delays_no_request_and_not_the_end(
    example: Project, tmp_path: Path
):
    with sink() as receiver:
        receiver.answer = hang
        with serving(example, "gthread", tmp_path, receiver) as server:
            load = Load(server)
            slowest = 0.0
            for _ in range(30):
                begin = time.monotonic()
                load.ask("/about/")
                slowest = max(slowest, time.monotonic() - begin)
            begin = time.monotonic()
            status = server.stop()
            took = time.monotonic() - begin
            warnings = server.output.count("HEROKU_METRICS_URL")
            secret = "s3cret-path" in server.output

    assert (load.statuses[200], status, secret) == (30, 0, False)
    assert slowest < 4  # the hung post has five
    assert took < 8
    assert warnings <= 3  # a process


def test_a_command_counts_and_sends_nothing(example: Project, tmp_path: Path):
    with sink() as receiver:
        for dyno in ("run.1", "release.1"):
            variables = {
                **DYNO,
                "DYNO": dyno,
                "DATABASE_URL": f"sqlite:///{tmp_path / 'db'}",
                "HEROKU_METRICS_URL": receiver.url,
                "TMPDIR": str(tmp_path),
            }
            example.manage("check", **variables)
    files = [path.name for path in tmp_path.iterdir()]

    assert (receiver.posts, [name for name in files if "heroku" in name]) == ([], [])
