"""
The front tells WSGI from ASGI applications, and leaves foreign log records alone.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import markcoroutinefunction
from django.test import override_settings

from heroku_support import gunicorn
from heroku_support.health.current import forget
from heroku_support.health.front import AccessLogFilter, ASGIFront, WSGIFront, wrap


def wsgi(environ: Any, start_response: Any) -> list[bytes]:
    return []


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    pass


class Callable:
    """
    An application that is an object.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("application", "front"),
    [
        (wsgi, WSGIFront),
        (asgi, ASGIFront),
        (Callable(), ASGIFront),
        (markcoroutinefunction(lambda scope, receive, send: None), ASGIFront),
    ],
    ids=["wsgi", "asgi", "an object", "marked"],
)
def test_the_front_is_of_the_applications_kind(application: Any, front: type):
    assert type(wrap(application)) is front


def test_a_record_of_another_kind_is_written():
    record = logging.makeLogRecord({"msg": "hello %s", "args": ("you",)})

    assert AccessLogFilter().filter(record)


def logged(path: str, **headers: str) -> dict[str, str] | None:
    """
    The atoms of a line of gunicorn's access log; None if it is not written.
    """
    atoms = {"U": path, **{f"{{{name}}}i": value for name, value in headers.items()}}
    # A record takes a single dictionary for what its message is filled with.
    record = logging.makeLogRecord({"msg": "", "args": atoms})
    return atoms if AccessLogFilter().filter(record) else None


@pytest.mark.parametrize("endpoint", ["live", "ready", "ready/", "metrics"])
def test_health_is_not_in_the_access_log(endpoint: str):
    assert logged(f"/health/{endpoint}") is None


def test_what_a_client_chose_forges_no_field():
    headers = {"x-request-id": "a b", "x-forwarded-for": '1.2.3.4" status=200'}

    assert logged('/a" status=200', **headers) == {
        "U": "/a%22%20status%3D200",
        "{x-request-id}i": "-",
        "{x-forwarded-for}i": "1.2.3.4 a200",
    }


# --- readiness -----------------------------------------------------------------------------

TOKEN = "s3cret-tøken"
SENT = TOKEN.encode().decode("latin-1")  # as servers hand it over
PASS, FAIL = b'{"status":"pass"}', b'{"status":"fail"}'


class Check:
    """
    A check that fails when it is told to.
    """

    name = "probe"
    decides = True

    def __init__(self) -> None:
        self.fails = False
        self.runs = 0

    def run(self) -> None:
        self.runs += 1
        if self.fails:
            raise RuntimeError("postgres://user:s3cret@db.example.com/name is down")

    def abort(self) -> None:
        pass


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Iterator[Check]:
    found = Check()
    monkeypatch.setattr("heroku_support.health.configured.checks", lambda: [found])
    forget()
    yield found
    forget()


def through_wsgi(
    path: str, method: str, authorization: str, **options: Any
) -> tuple[int, dict[str, str], bytes]:
    started: list[Any] = []
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method}
    if authorization:
        environ["HTTP_AUTHORIZATION"] = authorization
    front = WSGIFront(wsgi, **options)
    body = b"".join(front(environ, lambda *line: started.append(line)))
    ((status, headers),) = started
    return int(status[:3]), dict(headers), body


def through_asgi(
    path: str, method: str, authorization: str, **options: Any
) -> tuple[int, dict[str, str], bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask() -> None:
        headers = [(b"authorization", authorization.encode("latin-1"))]
        scope = {
            "type": "http",
            "path": path,
            "method": method,
            "headers": headers if authorization else [],
        }
        await ASGIFront(asgi, **options)(scope, ask, send)

    asyncio.run(ask())
    found = {
        name.decode().title(): value.decode() for name, value in sent[0]["headers"]
    }
    return sent[0]["status"], found, sent[1]["body"]


@pytest.fixture(params=[through_wsgi, through_asgi], ids=["wsgi", "asgi"])
def ask(request: pytest.FixtureRequest) -> Any:
    def ask(
        method: str = "GET",
        authorization: str = "",
        path: str = "/health/ready",
        **options: Any,
    ) -> Any:
        return request.param(path, method, authorization, **options)

    return ask


@pytest.mark.parametrize("path", ["/health/ready", "/health/ready/"])
@pytest.mark.parametrize(
    ("fails", "expected"), [(False, (200, PASS)), (True, (503, FAIL))]
)
def test_readiness_is_answered_before_the_application(
    ask: Any, check: Check, path: str, fails: bool, expected: tuple[int, bytes]
):
    check.fails = fails
    status, headers, body = ask(path=path)

    assert (status, body) == expected
    assert headers["Cache-Control"] == "no-store"


def test_head_is_answered_like_get_without_the_body(ask: Any, check: Check):
    check.fails = True
    get, head = ask(), ask("HEAD")

    assert (head[0], head[1], head[2]) == (get[0], get[1], b"")


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "PROPFIND"])
def test_other_methods_look_at_nothing(ask: Any, check: Check, method: str):
    assert (ask(method)[0], check.runs) == (405, 0)


@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN=TOKEN)
@pytest.mark.parametrize("fails", [False, True])
def test_the_token_shows_the_checks_without_a_secret(
    ask: Any, check: Check, fails: bool
):
    check.fails = fails
    _, _, body = ask(authorization=f"Bearer {SENT}")
    (outcome,) = json.loads(body)["checks"]["probe"]

    assert outcome["status"] == ("fail" if fails else "pass")
    assert b"s3cret" not in body


@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN=TOKEN)
@pytest.mark.parametrize(
    "authorization",
    [
        *("Bearer ", "Bearer wrong", f"Bearer {SENT}x", f"Bearer {SENT[:-1]}"),
        *("Bearer " + "x" * 10_000, "Bearer \xff\xfe", f"Basic {SENT}", SENT, "\xff"),
    ],
    ids=lambda value: ascii(value)[:16],
)
@pytest.mark.parametrize("fails", [False, True])
def test_another_token_is_byte_for_byte_like_none(
    ask: Any, check: Check, fails: bool, authorization: str
):
    check.fails = fails

    assert ask(authorization=authorization) == ask()


@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN=TOKEN)
def test_a_token_is_compared_in_constant_time(
    ask: Any, check: Check, monkeypatch: pytest.MonkeyPatch
):
    # How long it takes cannot be told from outside; which function does it can.
    compared: list[bytes] = []

    def compare(first: bytes, second: bytes) -> bool:
        compared.extend([first, second])
        return False

    monkeypatch.setattr("heroku_support.health.answers.hmac.compare_digest", compare)
    ask(authorization="Bearer wrong")

    assert compared == [b"wrong", TOKEN.encode()]


@override_settings(DEBUG=True)
def test_debug_shows_the_checks(ask: Any, check: Check):
    assert "checks" in json.loads(ask()[2])


@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN=TOKEN)
def test_who_was_told_to_end_is_not_ready_and_looks_at_nothing(ask: Any, check: Check):
    def draining() -> bool:
        return True

    anonymous = ask(is_draining=draining)
    _, _, body = ask(authorization=f"Bearer {SENT}", is_draining=draining)
    live = ask(path="/health/live", is_draining=draining)

    assert (anonymous[0], anonymous[2], live[0]) == (503, FAIL, 200)
    assert list(json.loads(body)["checks"]) == ["draining"]
    assert check.runs == 0


@pytest.mark.parametrize(
    ("alive", "requests", "expected"),
    [(True, 3, False), (False, 3, True), (False, 10, False)],
    ids=["serving", "told to end", "replaced after max_requests"],
)
def test_a_worker_is_draining_when_it_was_told_to_end(
    alive: bool, requests: int, expected: bool
):
    # A real one takes a process; test_workers_together.py has one.
    worker = SimpleNamespace(alive=alive, nr=requests, max_requests=10)

    assert gunicorn._is_draining(worker) is expected
