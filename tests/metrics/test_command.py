"""
``heroku_metrics`` as it is called, beside a server that counts.
"""

from __future__ import annotations

import io
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from heroku_support.dyno import Dyno
from heroku_support.management.commands import heroku_metrics
from heroku_support.metrics import formation, receiver
from heroku_support.metrics.errors import ShowError
from heroku_support.metrics.watch import FIRST_SCREEN, OTHER_SCREEN, AllDynos
from tests.metrics.actors import Actor
from tests.metrics.test_watch import overview
from tests.processes import DYNO, Project, environment
from tests.servers.postgres import free_port
from tests.servers.valkey import ValkeyServer


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Where servers have their files.
    """
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def counted(folder: Path) -> Iterator[Actor]:
    """
    A server that has answered twice.
    """
    actor = Actor.start(folder, name="web.1-01234567")
    actor.count()
    actor.count()
    yield actor
    actor.kill()


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("heroku_metrics", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("arguments", [(), ("--once",)])
@override_settings(HEROKU_SUPPORT_METRICS_PREFIX="shop")
def test_it_shows_what_would_be_sent(arguments: tuple[str, ...]):
    body = json.loads(run(*arguments))

    assert body["counters"]["shop.requests"] == 2
    assert body["gauges"]["shop.workers"] == 1


def test_one_of_several_is_named_by_a_process(counted: Actor, folder: Path):
    other = Actor.start(folder, name="local-89abcdef")
    body = json.loads(run("--pid", str(counted.process)))
    with pytest.raises(CommandError, match="2 servers"):
        run()
    other.kill()

    assert body["counters"]["django.requests"] == 2


@override_settings(HEROKU_SUPPORT_METRICS=False)
@pytest.mark.usefixtures("counted")
def test_where_metrics_are_off_there_is_nothing_to_show():
    with pytest.raises(CommandError, match="Fix: HEROKU_SUPPORT_METRICS = True$"):
        run()


@pytest.mark.usefixtures("counted")
def test_a_view_goes_on_until_ctrl_c(monkeypatch: pytest.MonkeyPatch):
    # Ctrl-C would end the tests as well.
    monkeypatch.setattr(heroku_metrics.time, "sleep", interrupt)
    before = signal.getsignal(signal.SIGTERM)
    shown = run("--watch")
    signal.signal(signal.SIGTERM, before)

    assert " web.1 req/s=" in shown
    with pytest.raises(SystemExit, match="143"):
        heroku_metrics._end()


def interrupt(seconds: float) -> None:
    raise KeyboardInterrupt


# --- all dynos -----------------------------------------------------------------------------


@pytest.fixture
def store(valkey: ValkeyServer, monkeypatch: pytest.MonkeyPatch) -> ValkeyServer:
    valkey.ask("FLUSHALL")
    monkeypatch.setenv("REDIS_URL", valkey.url())
    monkeypatch.setenv("HEROKU_APP_NAME", "shop")
    return valkey


def test_all_dynos_are_a_table_with_their_sum(store: ValkeyServer):
    for name in ("web.2", "web.1"):
        formation.leave(store.url(), f"{name}:1", overview(name))
    rows = [line.split() for line in run("--all").splitlines()]

    assert [row[0] for row in rows] == ["dyno", "web.1", "web.2", "all"]
    assert [row[2] for row in rows] == ["req/s", "10", "10", "20"]


@pytest.mark.parametrize(
    ("dyno", "app", "advice"),
    [
        ("", "shop", "heroku ps:restart$"),
        ("run.1", "", "heroku ps:restart$"),
        ("", "", "HEROKU_APP_NAME=my-app python manage.py heroku_metrics --all$"),
    ],
)
@pytest.mark.usefixtures("store")
def test_where_no_dyno_reports_it_is_said_why(
    dyno: str, app: str, advice: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HEROKU_APP_NAME", app)
    monkeypatch.setenv("DYNO", dyno)
    with pytest.raises(CommandError, match=advice):
        run("--all")


@pytest.mark.usefixtures("store")
def test_a_view_of_all_dynos_asks_the_store(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(heroku_metrics.time, "sleep", interrupt)
    found = heroku_metrics.show.reader(Dyno.from_environ(), None, is_all=True)

    assert isinstance(found, AllDynos)


def test_a_view_without_a_store_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("REDIS_URL", raising=False)
    with pytest.raises(CommandError, match="No Key-Value Store"):
        run("--watch", "--all")


# --- the receiver --------------------------------------------------------------------------


@contextmanager
def receiving() -> Iterator[tuple[int, list[str]]]:
    shown: list[str] = []
    with receiver.server(0, shown.append) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_port, shown
        server.shutdown()
        thread.join()


def post(port: int, body: bytes, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("POST", "/path", body, named)
        return connection.getresponse().status


def test_what_arrives_is_shown():
    with receiving() as (port, shown):
        status = post(port, b'{"counters":{"a":1}}', Measurements_Count="1")
    first, *rest = shown[0].splitlines()

    assert status == 200
    assert first.endswith(" 1 '/path'")
    assert json.loads("\n".join(rest)) == {"counters": {"a": 1}}


def test_what_is_no_json_is_told_by_its_length():
    with receiving() as (port, shown):
        post(port, b"\x1b[2J")

    assert shown[0].endswith("\n4 bytes that are no JSON")


@pytest.mark.parametrize("length", ["x", "99999999999"])
def test_what_has_no_length_or_too_much_is_refused(length: str):
    with receiving() as (port, shown):
        status = post(port, b"", Content_Length=length)

    assert (status, shown) == (411, [])


def test_a_port_that_is_taken_is_told_with_another():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"in use. Fix: --sink {port + 1}$"):
            run("--sink", str(port))


@pytest.mark.parametrize("port", [-1, 65536])
def test_what_is_no_port_is_told(port: int):
    with pytest.raises(ShowError, match=f"--sink {port} is no port. Fix: --sink 8125"):
        receiver.server(port, print)


def test_a_receiver_says_where_to_send_to(monkeypatch: pytest.MonkeyPatch):
    def serve(server: object) -> None:
        raise KeyboardInterrupt

    # It would serve until Ctrl-C.
    monkeypatch.setattr(receiver.HTTPServer, "serve_forever", serve)
    port = free_port()

    assert f"HEROKU_METRICS_URL=http://127.0.0.1:{port}/ " in run("--sink", str(port))


# --- as a person calls it ------------------------------------------------------------------


def test_beside_a_real_server(small: Project):
    variables = {**DYNO, "DATABASE_URL": "sqlite://:memory:"}
    with small.gunicorn(**variables) as server:
        for _ in range(3):
            server.get("/not/there")
        once = small.manage("heroku_metrics", **{**variables, "DYNO": "web.1"})
        seen, status = watched(small, variables)

    assert json.loads(once.stdout)["counters"]["django.requests"] == 3, once.stderr
    assert "gunicorn" in once.stderr
    assert status == 143
    assert OTHER_SCREEN in seen
    assert seen.endswith(FIRST_SCREEN)


def watched(project: Project, variables: dict[str, str]) -> tuple[str, int]:
    """
    Watch on a terminal until it shows something, then send SIGTERM.
    """
    person, program = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "heroku_metrics", "--watch"],
        cwd=project.directory,
        env=environment(**variables),
        stdin=program,
        stdout=program,
        stderr=program,
    )
    os.close(program)
    seen = ""
    while "in flight" not in seen and (chunk := read(person)):
        seen += chunk
    process.send_signal(signal.SIGTERM)
    while chunk := read(person):
        seen += chunk
    os.close(person)
    return seen, process.wait(timeout=30)


def read(person: int) -> str:
    ready, _, _ = select.select([person], [], [], 60)
    try:
        return os.read(person, 65536).decode() if ready else ""
    except OSError:  # the other side is closed
        return ""


def test_a_pipe_that_has_had_enough_ends_it(
    counted: Actor, monkeypatch: pytest.MonkeyPatch
):
    assert counted
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        call_command("heroku_metrics", stderr=io.StringIO())
        print("and nothing is said of it at the end")
