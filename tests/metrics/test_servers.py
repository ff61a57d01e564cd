"""
What clients of real servers count is what is reported, whoever is killed meanwhile.

A part of the matrix; ``test_matrix.py`` has all of it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.metrics.serving import (
    Load,
    is_all_there,
    reported,
    serving,
    write_settings,
)
from tests.metrics.sink import COUNTERS, sink
from tests.processes import DYNO, Project, environment
from tests.servers.waiting import wait_until

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


def test_what_clients_count_is_what_is_reported(example: Project, tmp_path: Path):
    with sink() as receiver, serving(example, "asgi", tmp_path, receiver) as site:
        load = Load(site)
        load.run(90)
        page = site.server.get("/health/metrics", {}).text
        site.server.stop()

    assert reported(receiver) == load.statuses == {200: 30, 404: 30, 500: 30}
    assert "django_responses_2xx_total 30\n" in page
    assert receiver.total("django.exceptions") == 30


def test_killed_and_reloaded_workers_take_nothing_with_them(
    example: Project, tmp_path: Path
):
    with (
        sink() as receiver,
        serving(example, "gthread+preload", tmp_path, receiver) as site,
    ):
        load = Load(site)
        for disturb in (site.kill_any, site.kill_reporter, site.reload):
            with load.running():
                load.wait_for(20)
                receiver.wait_until_quiet()
                disturb()
                load.wait_for(20)
            wait_until(lambda: is_all_there(receiver, load), timeout=20)
        kills = receiver.total("django.worker.kills")
        site.server.stop()

    assert is_all_there(receiver, load), (reported(receiver), load)
    assert kills >= 2
    assert set(receiver.posts[-1].body["counters"]) == COUNTERS


def test_sigterm_to_every_process_thrice_ends_them_in_time_and_reports_the_rest(
    example: Project, tmp_path: Path
):
    with (
        sink() as receiver,
        serving(example, "gthread+preload", tmp_path, receiver) as site,
    ):
        load = Load(site)
        load.run(30)
        everyone = [site.server.process.pid, *site.workers]
        begin = time.monotonic()
        for process in everyone * 3:
            try:
                os.kill(process, signal.SIGTERM)
            except ProcessLookupError:  # as quick as that
                pass
        status = site.server.process.wait(timeout=30)
        took = time.monotonic() - begin

    assert (status, reported(receiver)) == (0, load.statuses)
    assert took < 9  # three times what it may


# test_process.py has it in this process.
@pytest.mark.long
def test_who_waits_for_a_worker_is_in_the_backlog(example: Project, tmp_path: Path):
    (example.directory / "held.py").write_text(HELD)
    write_settings(example)
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
        with serving(example, "gthread+preload", tmp_path, receiver) as site:
            load = Load(site)
            wait_until(lambda: receiver.attempts)
            slowest = max(load.run(30))
            begin = time.monotonic()
            status = site.server.stop()
            took = time.monotonic() - begin
            output = site.server.output

    assert (load.statuses.total(), status, "s3cret-path" in output) == (30, 0, False)
    assert slowest < 4  # the hung post has five
    assert took < 8
    assert output.count("HEROKU_METRICS_URL") <= 3  # a process


def test_on_a_full_disk_each_process_counts_for_itself_and_all_is_reported(
    example: Project, tmp_path: Path
):
    write_settings(example)
    (example.directory / "full_disk.sh").write_text(
        'mount -t tmpfs -o size=64k none "$TMPDIR" && exec "$@"\n'
    )
    full = ("unshare", "--user", "--map-root-user", "--mount", "sh", "full_disk.sh")
    with (
        sink() as receiver,
        serving(example, "gthread+preload", tmp_path, receiver, before=full) as site,
    ):
        load = Load(site)
        load.run(30)
        status = site.server.stop()
        output = site.server.output

    assert (status, reported(receiver)) == (0, load.statuses)
    assert "each process counts for itself" in output
    assert "No space left on device" in output


def test_a_command_counts_and_sends_nothing(example: Project, tmp_path: Path):
    with sink() as receiver:
        variables = {
            **DYNO,
            "DYNO": "run.1",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'db'}",
            "HEROKU_METRICS_URL": receiver.url,
            "TMPDIR": str(tmp_path),
        }
        example.manage("check", **variables)
    files = [path.name for path in tmp_path.iterdir()]

    assert (receiver.attempts, [name for name in files if "heroku" in name]) == (0, [])


IMPORTED = """
import signal, threading
from django.conf import settings
settings.configure()
def handlers():
    return [signal.getsignal(each) for each in signal.valid_signals()]
def use():
    from heroku_support.middleware import HerokuMiddleware
    from heroku_support.metrics.current import current
    HerokuMiddleware(lambda request: None)
    current().attach()
    current().leave()
before = handlers()
thread = threading.Thread(target=use)
thread.start()
thread.join()
print(handlers() == before)
"""


def test_in_another_thread_than_the_main_one_it_works_and_takes_no_signal(
    tmp_path: Path,
):
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTED],
        env=environment(TMPDIR=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.stdout, ended.stderr) == ("True\n", "")
