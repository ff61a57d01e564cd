"""
Several gunicorn workers, one readiness: a real Postgres counts what it is asked.
"""

from __future__ import annotations

import http.client
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import DYNO, HTTPS, Project, Server
from tests.servers.binaries import majors_under_test
from tests.servers.postgres import PostgresServer
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.server

WORKERS = 3
TOKEN = "s3cret-tøken"
# Everything that stands between a probe and its answer in some projects.
SETTINGS = """
from config.settings import *
ALLOWED_HOSTS = ["www.example.com"]
MIDDLEWARE += ["django.contrib.auth.middleware.LoginRequiredMiddleware", "maintenance.closed"]
APPEND_SLASH = True
DATABASES["default"]["ATOMIC_REQUESTS"] = True
HEROKU_SUPPORT_HEALTH_TOKEN = "s3cret-tøken"
HEROKU_SUPPORT_CHECK_TTL = {ttl}
HEROKU_SUPPORT_CHECK_TIMEOUT = {timeout}
"""
MAINTENANCE = """
from django.http import HttpResponse
def closed(get_response):
    return lambda request: HttpResponse("closed", status=503)
"""
# Any host, http and not https, no header of the router's.
BARE = {"Host": "10.1.2.3"}


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """
    A server that writes down what it is asked, and that may be frozen.
    """
    with PostgresServer.start(majors_under_test()[-1]) as server:
        server.query("ALTER ROLE app SET log_statement = 'all'")
        yield server
        server.thaw()


@contextmanager
def serving(
    example: Project,
    server: PostgresServer,
    folder: Path,
    *,
    ttl: float = 60,
    timeout: float = 20,
) -> Iterator[Server]:
    settings = SETTINGS.format(ttl=ttl, timeout=timeout)
    (example.directory / "hostile.py").write_text(settings)
    (example.directory / "maintenance.py").write_text(MAINTENANCE)
    variables = {
        **DYNO,
        "WEB_CONCURRENCY": str(WORKERS),
        "DATABASE_URL": server.url(),
        "DJANGO_SETTINGS_MODULE": "hostile",
        "TMPDIR": str(folder),
    }
    with example.gunicorn(**variables) as served:
        yield served


def asked(server: PostgresServer) -> int:
    """
    How often it was looked whether the server answers.
    """
    log = (server.directory / "log").read_text(errors="replace")
    return log.count("statement: SELECT 0")


def backends(server: PostgresServer) -> int:
    sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"
    ((count,),) = server.query(sql)
    return int(count)


def workers(served: Server) -> list[int]:
    process = served.process.pid
    children = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in children.split()]


def probe(served: Server) -> tuple[int, str, float]:
    begun = time.monotonic()
    response = served.get("/health/ready", BARE)
    return response.status, response.text, time.monotonic() - begun


def seconds_of(served: Server, path: str) -> float:
    begun = time.monotonic()
    served.get(path, {"Host": "www.example.com"})
    return time.monotonic() - begun


def test_two_hundred_at_once_are_one_look_and_leave_no_connection(
    example: Project, server: PostgresServer, tmp_path: Path
):
    before = asked(server)
    with serving(example, server, tmp_path) as served:
        with ThreadPoolExecutor(20) as clients:
            answers = list(clients.map(lambda _: probe(served), range(200)))
        wait_until(lambda: backends(server) == 0)
        # Killed: who comes after them need not ask again either.
        for worker in workers(served):
            os.kill(worker, signal.SIGKILL)
        wait_until(lambda: probe(served)[0] == 200)

    assert {(status, text) for status, text, _ in answers} == {
        (200, '{"status":"pass"}')
    }
    assert asked(server) - before == 1


@pytest.mark.long
def test_under_load_there_is_one_look_for_each_time_to_live(
    example: Project, server: PostgresServer, tmp_path: Path
):
    before = asked(server)
    with serving(example, server, tmp_path, ttl=1) as served:
        begun = time.monotonic()
        with ThreadPoolExecutor(20) as clients:
            answers = list(clients.map(lambda _: probe(served), range(10_000)))
        took = time.monotonic() - begun
    looks = asked(server) - before

    assert {status for status, _, _ in answers} == {200}
    assert 2 <= looks <= took + 1


def test_what_the_outside_gets_while_the_database_freezes_and_after(
    example: Project, server: PostgresServer, tmp_path: Path
):
    with serving(example, server, tmp_path, ttl=0.5, timeout=1) as served:
        wait_until(lambda: probe(served)[0] == 200)
        server.freeze()
        wait_until(lambda: probe(served)[0] == 503)
        with ThreadPoolExecutor(20) as clients:
            probes = [clients.submit(probe, served) for _ in range(100)]
            live = served.get("/health/live", BARE)
            # The maintenance page, which asks no database.
            unrelated = sorted(seconds_of(served, "/") for _ in range(20))
            answers = [each.result() for each in probes]
        details = served.get("/health/ready", bearer(TOKEN))
        wrong = served.get("/health/ready", bearer("wrong"))
        head = served.get("/health/ready", BARE, method="HEAD")
        threads = [len(os.listdir(f"/proc/{pid}/task")) for pid in workers(served)]
        server.thaw()
        wait_until(lambda: probe(served)[0] == 200)
        wait_until(lambda: backends(server) == 0)
        log = served.output

    assert {(status, text) for status, text, _ in answers} == {
        (503, '{"status":"fail"}')
    }
    assert max(seconds for _, _, seconds in answers) < 4.5
    # Who waited for the database would wait a second.
    assert unrelated[10] < 0.5
    assert (live.text, head.status, head.body) == ("ok", 503, b"")
    assert (wrong.status, wrong.body) == (503, b'{"status":"fail"}')
    (check,) = details.json()["checks"]["database:default"]
    assert "no answer within" in check["output"]
    # Its own, three for requests, the metrics', one that looks and one that hangs.
    assert max(threads) <= 1 + 3 + 1 + 2
    # Changes, and not each probe; a busy machine may change its mind.
    assert 2 <= log.count("readiness: ") < 12


def bearer(token: str) -> dict[str, str]:
    return {
        **BARE,
        "Authorization": f"Bearer {token}".encode().decode("latin-1"),
    }


def test_who_was_told_to_end_is_not_ready_but_alive(
    example: Project, server: PostgresServer, tmp_path: Path
):
    with serving(example, server, tmp_path) as served:
        wait_until(lambda: probe(served)[0] == 200)
        # Kept alive: who is told to end takes no others.
        kept, other = (
            http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
            for _ in range(2)
        )
        before = on(kept, "ready"), on(other, "ready")
        for process in [*workers(served), served.process.pid]:
            os.kill(process, signal.SIGTERM)
        wait_until(lambda: "Handling signal: term" in served.output)
        draining, alive = on(kept, "ready"), on(other, "live")
        kept.close()
        other.close()
        status = served.process.wait(timeout=30)

    assert (before, draining, alive, status) == ((200, 200), 503, 200, 0)


def on(connection: http.client.HTTPConnection, endpoint: str) -> int:
    connection.request("GET", f"/health/{endpoint}", headers={**HTTPS, **BARE})
    response = connection.getresponse()
    response.read()
    return response.status
