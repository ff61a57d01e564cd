"""
``/health/metrics``: who gets it, from the middleware and from both fronts, and what it counts.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.signals import got_request_exception
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from heroku_support import middleware
from heroku_support.health import answers
from heroku_support.health.front import ASGIFront, WSGIFront
from heroku_support.metrics import catalogue
from heroku_support.metrics.catalogue import Metric
from heroku_support.metrics.recorder import Recorder
from heroku_support.middleware import HerokuMiddleware
from tests.metrics.recorders import private_recorder

Found = tuple[int, dict[str, str], bytes]
Ask = Callable[..., Found]
TOKEN = "s3cret-tøken"
SENT = TOKEN.encode().decode("latin-1")  # as servers hand it over
LOCAL = "127.0.0.1"


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """
    A recorder of this process, where tests otherwise have none.
    """
    found = private_recorder()
    for module in (answers, middleware):
        monkeypatch.setattr(module, "current", lambda: found)
    yield found
    found.leave()


def wsgi(path: str, method: str, headers: dict[str, str], peer: str) -> Found:
    started: list[Any] = []
    environ = {
        "PATH_INFO": path,
        "REQUEST_METHOD": method,
        "REMOTE_ADDR": peer,
        **{f"HTTP_{name.upper().replace('-', '_')}": headers[name] for name in headers},
    }
    front = WSGIFront(lambda environ, start: [b"project"])
    body = b"".join(front(environ, lambda *line: started.append(line)))
    status, sent = started[0] if started else ("404 ", [])
    return int(status[:3]), dict(sent), body


def asgi(path: str, method: str, headers: dict[str, str], peer: str) -> Found:
    sent: list[Any] = []

    async def project(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"project"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask() -> None:
        scope = {
            "type": "http",
            "path": path,
            "method": method,
            "client": (peer, 1) if peer else None,
            "headers": [
                (name.lower().encode(), value.encode("latin-1"))
                for name, value in headers.items()
            ],
        }
        await ASGIFront(project)(scope, ask, send)

    asyncio.run(ask())
    found = {
        name.decode().title(): value.decode() for name, value in sent[0]["headers"]
    }
    return sent[0]["status"], found, sent[1]["body"]


def through_middleware(
    path: str, method: str, headers: dict[str, str], peer: str
) -> Found:
    request = RequestFactory().generic(method, path, headers=headers, REMOTE_ADDR=peer)
    handler = HerokuMiddleware(lambda request: HttpResponse("project", status=404))
    response: Any = handler(request)
    return response.status_code, dict(response.headers), response.content


@pytest.fixture(params=[wsgi, asgi, through_middleware], ids=lambda ask: ask.__name__)
def ask(request: pytest.FixtureRequest) -> Ask:
    def ask(
        path: str = "/health/metrics",
        *,
        method: str = "GET",
        peer: str = "203.0.113.7",
        **headers: str,
    ) -> Found:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        found: Found = request.param(path, method, named, peer)
        return found

    return ask


def basic(password: str, user: str = "any") -> str:
    pair = f"{user}:{password}".encode("latin-1")
    return f"Basic {base64.b64encode(pair).decode()}"


# --- who gets it ---------------------------------------------------------------------------


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize("peer", [LOCAL, "127.8.9.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("path", ["/health/metrics", "/health/metrics/"])
def test_a_process_of_the_same_dyno_gets_it(ask: Ask, peer: str, path: str):
    status, headers, body = ask(path, peer=peer)

    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert b"\ndjango_requests_total 0\n" in body


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("203.0.113.7", {}),
        ("::2", {}),
        ("", {}),
        ("unix:", {}),
        (LOCAL, {"X_Forwarded_For": LOCAL}),
        ("203.0.113.7", {"Authorization": "Bearer "}),
        ("203.0.113.7", {"Authorization": basic("")}),
    ],
    ids=str,
)
def test_others_do_not(ask: Ask, peer: str, headers: dict[str, str]):
    status, _, body = ask(peer=peer, **headers)

    assert (status, body) == (403, b"forbidden")


@pytest.mark.usefixtures("recorder")
@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN=TOKEN)
@pytest.mark.parametrize(
    "authorization", [f"Bearer {SENT}", basic(SENT), basic(SENT, "")], ids=ascii
)
def test_who_has_the_token_gets_it(ask: Ask, authorization: str):
    assert ask(Authorization=authorization, X_Forwarded_For="1.2.3.4")[0] == 200


@pytest.mark.usefixtures("recorder")
@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN=TOKEN)
@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer x", SENT, f"Token {SENT}", basic("x"), "Basic ä", "Basic x", "Basic"],
)
def test_who_has_another_is_asked_for_it(ask: Ask, authorization: str):
    status, headers, body = ask(Authorization=authorization)

    assert (status, body) == (401, b"unauthorized")
    assert any(name.lower() == "www-authenticate" for name in headers)


@pytest.mark.usefixtures("recorder")
def test_head_has_no_body_and_other_methods_are_not_allowed(ask: Ask):
    head, post = ask(method="HEAD", peer=LOCAL), ask(method="POST", peer=LOCAL)

    assert (head[0], head[2], post[0]) == (200, b"", 405)
    assert int(head[1]["Content-Length"]) > 1000


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize("path", ["/health/metricsx", "//health/metrics", "/metrics"])
def test_another_path_is_the_projects(ask: Ask, path: str):
    assert ask(path, peer=LOCAL)[2] == b"project"


def test_where_nothing_is_measured_the_page_is_empty(ask: Ask):
    status, _, body = ask(peer=LOCAL)

    assert (status, body) == (200, b"")


def test_a_scrape_is_no_request(recorder: Recorder, ask: Ask):
    for _ in range(3):
        ask(peer=LOCAL)

    assert counted(recorder)[catalogue.REQUESTS] == 0


# --- what the middleware counts ------------------------------------------------------------


HOSTILE = {
    "ALLOWED_HOSTS": ["example.com"],
    "SECURE_SSL_REDIRECT": True,
    "ROOT_URLCONF": "no_such_module",
    "MIDDLEWARE": [
        "heroku_support.middleware.HerokuMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ],
}


@pytest.mark.usefixtures("recorder")
def test_the_settings_of_a_project_do_not_come_between(
    monkeypatch: pytest.MonkeyPatch,
):
    # As agentmon asks: it ends when the answer is anything but 200.
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    with override_settings(**HOSTILE):
        response = Client().get("/health/metrics", HTTP_HOST="127.0.0.1:5000")

    assert response.status_code == 200
    assert response.content.endswith(b"\n")


def counted(recorder: Recorder) -> dict[Metric, int]:
    return recorder.snapshot().counters()


def serve(view: Callable[[HttpRequest], Any], *, is_async: bool) -> Any:
    now = str(time.time_ns() // 1_000_000)
    request = RequestFactory().get("/", headers={"X-Request-Start": now})
    if not is_async:
        return HerokuMiddleware(view)(request)

    async def get_response(request: HttpRequest) -> Any:
        return view(request)

    return async_to_sync(HerokuMiddleware(get_response))(request)


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_request_is_counted_with_its_status_and_its_times(
    recorder: Recorder, is_async: bool
):
    serve(lambda request: HttpResponse(status=302), is_async=is_async)
    found = counted(recorder)

    assert found[catalogue.REQUESTS] == found[catalogue.RESPONSES_3XX] == 1
    assert found[catalogue.SERVICE.count] == found[catalogue.QUEUE.count] == 1


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_an_exception_that_passes_is_what_a_server_makes_of_it(
    recorder: Recorder, is_async: bool
):
    def fail(request: HttpRequest) -> HttpResponse:
        raise SystemExit(1)  # as gunicorn ends a worker that hangs

    with pytest.raises(SystemExit):
        serve(fail, is_async=is_async)

    assert counted(recorder)[catalogue.RESPONSES_5XX] == 1
    assert recorder.requests.in_flight() == 0


def test_a_client_that_leaves_is_no_response(recorder: Recorder):
    def leave(request: HttpRequest) -> HttpResponse:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        serve(leave, is_async=True)
    found = counted(recorder)

    assert found[catalogue.CANCELLED] == found[catalogue.REQUESTS] == 1
    assert found[catalogue.RESPONSES_5XX] == 0


def test_an_exception_that_django_answers_is_counted_once(recorder: Recorder):
    for _ in range(2):  # as many as there are handlers, in tests
        HerokuMiddleware(lambda request: HttpResponse())
    serve(lambda request: HttpResponse(), is_async=False)
    got_request_exception.send(sender=None, request=None)

    assert counted(recorder)[catalogue.EXCEPTIONS] == 1


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_without_a_recorder_requests_are_served_all_the_same(is_async: bool):
    response = serve(lambda request: HttpResponse(status=204), is_async=is_async)
    got_request_exception.send(sender=None, request=None)

    assert response.status_code == 204
