"""
The same promises on ASGI servers: uvicorn by itself, and gunicorn's own asgi worker.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.processes import DYNO, HTTP, HTTPS, Project, Server, environment
from tests.servers.postgres import free_port

pytestmark = pytest.mark.covers_processes

HOST = {"Host": "survey.herokuapp.com"}
VARIABLES = {**DYNO, "DATABASE_URL": "postgres://app:secret@127.0.0.1:1/app"}


@pytest.fixture(scope="module", params=["uvicorn", "gunicorn"])
def server(request: pytest.FixtureRequest, example: Project) -> Iterator[Server]:
    if request.param == "gunicorn":
        application = "config.asgi"
        with example.gunicorn(
            "-k", "asgi", application=application, **VARIABLES
        ) as served:
            yield served
        return
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "--port",
        str(port),
        "config.asgi:application",
    ]
    with example.serve(command, port, environment(**VARIABLES)) as served:
        yield served


def test_live_answers_and_ready_says_that_the_database_is_gone(server: Server):
    live, ready = server.get("/health/live", {}), server.get("/health/ready", {})

    assert (live.status, live.text) == (200, "ok")
    assert (ready.status, ready.text) == (503, '{"status":"fail"}')


@pytest.mark.parametrize("endpoint", ["live", "ready"])
def test_head_has_no_body(server: Server, endpoint: str):
    head = server.get(f"/health/{endpoint}", {}, method="HEAD")

    assert head.body == b""
    assert head.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/health%2Flive", "/health/live/x"])
def test_a_path_that_only_looks_like_ours_is_the_projects(server: Server, path: str):
    assert server.get(path, {**HTTPS, **HOST}).status == 404


def test_http_is_redirected_to_https_once_and_never_in_a_loop(server: Server):
    first = server.get("/about/", {**HTTP, **HOST})
    second = server.get("/about/", {**HTTPS, **HOST})

    assert first.headers["location"] == "https://survey.herokuapp.com/about/"
    assert (first.status, second.status) == (301, 200)


@pytest.mark.parametrize(
    "header",
    [
        "SCRIPT_NAME: /about",
        "X-Forwarded-Host: evil.example.com",
        "X_Forwarded_Proto: https",
    ],
)
def test_a_forged_header_changes_nothing(server: Server, header: str):
    request = (
        f"GET /about/ HTTP/1.1\r\n{header}\r\nHost: survey.herokuapp.com\r\n"
        "X-Forwarded-Proto: http\r\nConnection: close\r\n\r\n"
    )

    assert b"location: https://survey.herokuapp.com/about/" in server.raw(
        request.encode()
    ).replace(b"Location", b"location")


def test_a_target_that_is_no_path_leads_to_no_other_host(server: Server):
    targets = ["http://evil.example/", "@evil.example/", ".evil.example/"]
    for target in targets:
        request = (
            f"GET {target} HTTP/1.1\r\nHost: survey.herokuapp.com\r\n"
            "X-Forwarded-Proto: http\r\nConnection: close\r\n\r\n"
        )
        found = re.search(rb"(?i)\nlocation: ([^\r]*)", server.raw(request.encode()))

        assert not found or urlsplit(found[1].decode()).netloc == HOST["Host"]
