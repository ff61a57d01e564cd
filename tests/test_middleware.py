"""
HerokuMiddleware, in Django's own sync and async request paths.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.test import AsyncClient, Client, modify_settings, override_settings

from heroku_support.errors import ConfigError
from heroku_support.health.current import forget
from heroku_support.middleware import HerokuMiddleware
from heroku_support.request_id import RequestIDFilter

pytestmark = pytest.mark.django_db

# Not even the test client's own host is allowed.
HOSTILE = {
    "ALLOWED_HOSTS": ["www.example.com"],
    "SECURE_SSL_REDIRECT": True,
    "APPEND_SLASH": True,
}


class Both:
    """
    Asks a sync or an async client, so that one test serves both.
    """

    def __init__(self, kind: str) -> None:
        self.is_async = kind == "async"

    def request(self, path: str, method: str = "get", **headers: str) -> Any:
        if not self.is_async:
            return getattr(Client(), method)(path, headers=headers)
        with WITHOUT_WHITENOISE:
            ask = getattr(AsyncClient(), method)
            return async_to_sync(ask)(path, headers=headers)


# It knows no async: Django runs whatever stands in front of it in a thread.
WITHOUT_WHITENOISE = modify_settings(
    MIDDLEWARE={"remove": ["whitenoise.middleware.WhiteNoiseMiddleware"]}
)


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest) -> Both:
    return Both(request.param)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """
    No report of another test's.
    """
    forget()
    yield
    forget()


@pytest.fixture
def hostile() -> Iterator[None]:
    with override_settings(**HOSTILE):
        yield


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("path", ["/health/live", "/health/live/"])
def test_live_answers_whatever_the_host_and_the_scheme(client: Both, path: str):
    response = client.request(path)

    assert (response.status_code, response.content) == (200, b"ok")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("path", ["/health/ready", "/health/ready/"])
def test_ready_answers_whatever_the_host_and_the_scheme(client: Both, path: str):
    response = client.request(path)

    assert (response.status_code, response.content) == (200, b'{"status":"pass"}')
    assert response.headers["Content-Type"] == "application/health+json"


@pytest.mark.usefixtures("hostile")
def test_other_paths_keep_the_projects_own_checks(client: Both):
    assert client.request("/").status_code == 400


@pytest.mark.parametrize(
    "path", ["//health/live", "/health/live/x", "/health/", "/HEALTH/LIVE"]
)
def test_only_the_exact_path_is_ours(client: Both, path: str):
    response = client.request(path)

    assert response.status_code == 404


def test_a_path_below_ours_is_the_projects(client: Both):
    response = client.request("/health/ready/x")

    assert response.content == b"project"


@pytest.mark.parametrize("endpoint", ["live", "ready"])
def test_head_is_answered_like_get_without_the_body(client: Both, endpoint: str):
    path = f"/health/{endpoint}"
    get, head = client.request(path), client.request(path, "head")

    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert (head.status_code, head.content) == (get.status_code, b"")


@pytest.mark.parametrize("endpoint", ["live", "ready"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "patch"])
def test_other_methods_are_not_allowed(client: Both, endpoint: str, method: str):
    response = client.request(f"/health/{endpoint}", method)

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("endpoint", ["live", "ready"])
def test_no_cookie_and_nothing_that_varies(client: Both, endpoint: str):
    response = client.request(f"/health/{endpoint}")

    assert not response.cookies
    assert "Vary" not in response.headers


@override_settings(HEROKU_SUPPORT_HEALTH_PATH="/-/")
def test_the_paths_can_be_moved(client: Both):
    assert client.request("/-/live").content == b"ok"
    assert client.request("/health/live").status_code == 404


# --- details -------------------------------------------------------------------------------


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN="s3cret-tøken")
def test_the_token_shows_every_check(client: Both):
    # A server hands the bytes of a header over as latin-1.
    sent = "s3cret-tøken".encode().decode("latin-1")
    response = client.request("/health/ready", **bearer(sent))
    (check,) = response.json()["checks"]["database:default"]

    assert check["status"] == "pass"
    assert {"time", "output", "observedValue", "observedUnit"} < set(check)


@override_settings(DEBUG=True)
def test_debug_shows_every_check(client: Both):
    assert "checks" in client.request("/health/ready").json()


@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN="s3cret")
@pytest.mark.parametrize(
    "headers",
    [
        bearer("wrong"),
        bearer("s3cre"),
        bearer("s3cret2"),
        bearer("tøken"),
        bearer("x" * 10_000),
        bearer(""),
        {"authorization": "Basic s3cret"},
        {"authorization": "s3cret"},
    ],
    ids=lambda headers: headers["authorization"][:14],
)
def test_a_wrong_token_is_byte_for_byte_like_none(
    client: Both, headers: dict[str, str]
):
    wrong, none = (
        client.request("/health/ready", **headers),
        client.request("/health/ready"),
    )

    assert (wrong.content, wrong.headers) == (none.content, none.headers)


def test_without_a_token_in_the_settings_an_empty_one_shows_nothing(client: Both):
    assert "checks" not in client.request("/health/ready", **bearer("")).json()


# --- logs ----------------------------------------------------------------------------------


@override_settings(HEROKU_SUPPORT_CHECK_TTL=0)
def test_a_failed_probe_is_not_logged_as_a_request(
    client: Both, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    # Down for sure, whichever database the tests run on.
    monkeypatch.setattr("heroku_support.health.configured.checks", lambda: [Down()])
    response = client.request("/health/ready")

    assert response.status_code == 503
    assert {record.name for record in caplog.records} == {
        "heroku_support.health.readiness"
    }


class Down:
    """
    A check that fails.
    """

    name = "down"
    decides = True

    def run(self) -> None:
        raise RuntimeError("postgres://user:s3cret@host/name is down")

    def abort(self) -> None:
        raise AssertionError("it came back")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("7f8c-1.2_A", "7f8c-1.2_A"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "-"),
        ("a b", "-"),
        ("a\tstatus=200", "-"),
        ("", "-"),
    ],
    ids=["an id", "a long id", "too long", "a space", "a forged field", "empty"],
)
def test_log_lines_carry_the_routers_request_id(
    client: Both, header: str, expected: str
):
    with collected_ids() as ids:
        client.request("/", **{"x-request-id": header})

    assert ids == [expected]


def test_the_id_is_forgotten_after_the_request(client: Both):
    client.request("/", **{"x-request-id": "abc"})
    with collected_ids() as ids:
        logging.getLogger("tests").warning("outside")

    assert ids == ["-"]


class collected_ids(logging.Handler):
    """
    Collects the request ids of what is logged meanwhile.
    """

    def __enter__(self) -> list[str]:
        self.ids: list[str] = []
        self.addFilter(RequestIDFilter())
        logging.getLogger("tests").addHandler(self)
        return self.ids

    def __exit__(self, *exception: object) -> None:
        logging.getLogger("tests").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.ids.append(record.request_id)


# --- under way -----------------------------------------------------------------------------


@WITHOUT_WHITENOISE
def test_a_client_who_leaves_does_not_spoil_the_report_for_the_others(
    monkeypatch: pytest.MonkeyPatch,
):
    # Slow for sure, so that the first client leaves while its report is made.
    slow = Slow()
    monkeypatch.setattr("heroku_support.health.configured.checks", lambda: [slow])

    async def ask() -> int:
        client = AsyncClient()
        leaving = asyncio.ensure_future(client.get("/health/ready"))
        await asyncio.to_thread(slow.running.wait, 10)
        leaving.cancel()
        staying = asyncio.ensure_future(client.get("/health/ready"))
        await asyncio.sleep(0)
        slow.go_on.set()
        response = await staying
        return response.status_code

    assert async_to_sync(ask)() == 200


class Slow:
    """
    A check that waits for the test.
    """

    name = "slow"
    decides = True

    def __init__(self) -> None:
        self.running = threading.Event()
        self.go_on = threading.Event()

    def run(self) -> None:
        self.running.set()
        self.go_on.wait(10)

    def abort(self) -> None:
        raise AssertionError("it is in time")


def test_a_line_that_django_logs_after_the_middleware_has_the_id_as_well(
    caplog: pytest.LogCaptureFixture,
):
    caplog.handler.addFilter(RequestIDFilter())
    Client().get("/missing", headers={"x-request-id": "abc-1"})
    (record,) = (record for record in caplog.records if record.name == "django.request")

    assert record.request_id == "abc-1"


@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN=None)
def test_a_token_that_is_none_is_no_token(client: Both):
    assert client.request("/health/ready", **bearer("None")).json() == {
        "status": "pass"
    }


@pytest.mark.parametrize("name", ["CHECK_TIMEOUT", "CHECK_TTL"])
def test_a_setting_of_readiness_that_is_no_number_ends_the_start(name: str):
    with (
        override_settings(**{f"HEROKU_SUPPORT_{name}": "soon"}),
        pytest.raises(ConfigError, match=name),
    ):
        HerokuMiddleware(lambda request: HttpResponse())
