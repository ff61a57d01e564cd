"""
The page at ``/health/``: who sees it, what it says, and what it leans on.
"""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import AnonymousUser, User
from django.db import OperationalError
from django.http import HttpResponse
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import include, path, reverse
from django.utils.functional import SimpleLazyObject

from heroku_support.dyno import Dyno
from heroku_support.health import contents, page, scope
from heroku_support.health.report import Outcome, Report
from heroku_support.metrics import current as metrics
from heroku_support.metrics import formation, frames, slots
from heroku_support.metrics.errors import ShowError
from heroku_support.metrics.pusher import Pusher
from heroku_support.metrics.recorder import Recorder
from heroku_support.metrics.slots import Slots
from tests.health.overviews import overview

pytestmark = pytest.mark.urls("tests.health.mounted")

TOKEN = "s3cret"
STAFF = User(is_staff=True)


def basic(password: str) -> str:
    return f"Basic {base64.b64encode(f'any:{password}'.encode()).decode()}"


def ask(user: Any = None, **headers: str) -> HttpResponse:
    """
    Ask for the page as somebody who is signed in, or is not.
    """
    request = RequestFactory().get("/health/", headers=headers)
    if user is not None:
        request.user = user
    return page.page(request)


def seen(query: str = "") -> str:
    """
    Return what staff reads, without what it is marked up with.
    """
    request = RequestFactory().get(f"/health/{query}")
    request.user = STAFF
    text = re.sub(r"<[^>]*>", " ", page.page(request).content.decode())
    return " ".join(text.split())


@pytest.fixture(autouse=True)
def checked(monkeypatch: pytest.MonkeyPatch) -> list[Outcome]:
    """
    What the checks find; they have tests of their own.
    """
    outcomes = [Outcome("database:default", "pass", 0.0123)]

    def report() -> Future[Report]:
        future: Future[Report] = Future()
        future.set_result(Report(outcomes))
        return future

    monkeypatch.setattr(contents, "readiness", lambda: SimpleNamespace(report=report))
    return outcomes


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slots]:
    """
    The slots of a recorder of this process, where tests otherwise have none.
    """
    found = slots.private()
    recorder = Recorder(
        lambda: found,
        lambda own: Pusher(own, [], interval=20, quota=None),
        port=None,
        interval=20,
        quota=None,
    )
    for module in (metrics, contents):
        monkeypatch.setattr(module, "current", lambda: recorder)
    yield found
    recorder.leave()


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """
    Return what lets dynos report. The store has tests of its own, with a real Valkey.
    """

    def report(*names: str, error: str = "") -> None:
        def read(dyno: object) -> list[Any]:
            if error:
                raise ShowError(error)
            return [overview(name) for name in names]

        monkeypatch.setattr(formation, "read", read)

    return report


# --- who sees it ---------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/health/", "/health"])
@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN=TOKEN)
def test_whoever_has_the_token_as_password_sees_it(client: Client, address: str):
    response = client.get(address, headers={"Authorization": basic(TOKEN)})

    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert not response.cookies


def test_staff_sees_it():
    assert ask(STAFF).status_code == 200


@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN=TOKEN)
def test_under_asgi_it_is_the_same_page():
    async def ask_loop() -> HttpResponse:
        return await AsyncClient().get(
            "/health/", headers={"Authorization": basic(TOKEN)}
        )

    response = async_to_sync(ask_loop)()

    assert response.status_code == 200
    assert b"<h1" in response.content


@override_settings(DEBUG=True)
def test_with_debug_everybody_sees_it(client: Client):
    assert client.get("/health/").status_code == 200


@pytest.mark.parametrize(
    "user",
    [
        None,
        AnonymousUser(),
        User(),
        User(is_staff=True, is_active=False),
        SimpleNamespace(is_active=True),
    ],
    ids=["without users", "anonymous", "no staff", "left", "a kind without staff"],
)
def test_others_are_told_who_does(user: Any):
    response = ask(user)

    assert response.status_code == 403
    assert b"It is for staff." in response.content
    assert b"/desk/login/?next=%2Fhealth%2F" in response.content
    assert b"database" not in response.content


@pytest.mark.parametrize("password", ["", "another"])
@override_settings(HEROKU_SUPPORT_HEALTH_TOKEN=TOKEN)
def test_where_there_is_a_token_browsers_ask_for_it(password: str):
    response = ask(AnonymousUser(), Authorization=basic(password))

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Basic ")
    assert b"database" not in response.content


def test_without_an_admin_nothing_is_said_of_signing_in(
    monkeypatch: pytest.MonkeyPatch,
):
    module = ModuleType("without_admin")
    vars(module)["urlpatterns"] = [path("", include("heroku_support.urls"))]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with override_settings(ROOT_URLCONF=module.__name__):
        response = ask(AnonymousUser())

    assert (response.status_code, b"Sign in" in response.content) == (403, False)


def test_a_session_that_cannot_be_looked_up_is_no_error_page():
    def fail() -> Any:
        raise OperationalError("password=hunter2")

    response = ask(SimpleLazyObject(fail))

    assert response.status_code == 503
    assert b"OperationalError" in response.content
    assert b"hunter2" not in response.content


@override_settings(DEBUG=True)
@pytest.mark.parametrize("address", ["/health/", "/health/page.js"])
def test_only_get_and_head_are_answered(client: Client, address: str):
    head = client.head(address)

    assert (head.status_code, head.content) == (200, b"")
    assert client.post(address).status_code == 405


def test_a_project_that_asks_all_to_sign_in_and_wraps_all_in_transactions_lets_it_be():
    for view in (page.page, page.asset):
        assert view.login_required is False  # what LoginRequiredMiddleware looks at
        assert view._non_atomic_requests == {"default"}


# --- what it leans on ----------------------------------------------------------------------


@override_settings(DEBUG=True, TEMPLATES=[], INSTALLED_APPS=["heroku_support"])
def test_it_needs_no_template_engine_and_no_static_files(client: Client):
    text = client.get("/health/").content.decode()
    links = re.findall(r'(?:href|src)="([^"]*)"', text)
    types = [client.get(link)["Content-Type"] for link in links]

    assert types == ["text/css; charset=utf-8", "text/javascript; charset=utf-8"]


@override_settings(DEBUG=True)
def test_a_file_may_be_kept_for_it_is_named_by_what_it_is(client: Client):
    (link,) = re.findall(r'src="([^"]*)"', client.get("/health/").content.decode())

    assert re.fullmatch(r"/health/page\.js\?[0-9a-f]{8}", link)
    assert "immutable" in client.get(link)["Cache-Control"]


def test_no_tag_has_a_style_or_a_script_of_its_own(counted: Slots):
    keep(counted, 3)
    text = ask(STAFF).content.decode()

    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<script>", text) == []
    assert "http" not in text


@pytest.mark.parametrize("name", ["_csp_nonce", "csp_nonce"])
def test_a_policys_nonce_is_on_the_script_and_the_style_sheet(name: str):
    class Nonce(SimpleLazyObject):
        """
        Django's counts as false until it is written.
        """

        def __bool__(self) -> bool:
            return False

    request = RequestFactory().get("/health/")
    request.user = STAFF
    setattr(request, name, Nonce(lambda: "abc123"))
    text = page.page(request).content.decode()

    assert text.count('nonce="abc123"') == 2


def test_without_a_policy_there_is_no_nonce():
    assert b"nonce" not in ask(STAFF).content


@override_settings(LANGUAGE_CODE="de", USE_THOUSAND_SEPARATOR=True, USE_I18N=True)
def test_the_drawing_does_not_depend_on_the_projects_language(counted: Slots):
    keep(counted, 31)
    paths = re.findall(
        r' (?:d|x|y|width|viewBox)="([^"]*)"', ask(STAFF).content.decode()
    )

    assert len(paths) > 100
    assert not any("," in each for each in paths)


def test_the_other_endpoints_can_be_reversed_and_are_the_middlewares(client: Client):
    named = [reverse(f"heroku_support:{name}") for name in ("live", "ready", "metrics")]
    with override_settings(MIDDLEWARE=[]):
        statuses = [client.get(address).status_code for address in named]

    assert named == ["/health/live", "/health/ready", "/health/metrics"]
    assert statuses == [404] * 3


# --- what it says --------------------------------------------------------------------------


def keep(found: Slots, count: int) -> None:
    """
    Keep frames as if an interval lay between each two.
    """
    found.claim()
    frame = frames.begin(found)
    for _ in range(count):
        second = 1_000_000_000
        frame = frame._replace(
            monotonic=frame.monotonic + 20 * second, wall=frame.wall + 20 * second
        )
        frames.keep(found, frame)


def test_it_says_which_dyno_and_release_and_commit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DYNO", "web.7")
    monkeypatch.setenv("HEROKU_APP_NAME", "shop")
    monkeypatch.setenv("HEROKU_RELEASE_VERSION", "v42")
    monkeypatch.setenv("HEROKU_BUILD_COMMIT", "0123456789abcdef")
    monkeypatch.setenv("HEROKU_SUPPORT_STAGE", "staging")
    text = seen()

    assert text.startswith("Ready: shop shop")
    assert "Dyno web.7 Release v42 Commit 0123456789 Stage staging" in text


@pytest.mark.parametrize(
    ("status", "verdict"),
    [("pass", "✓ Ready"), ("warn", "! Ready, with warnings"), ("fail", "✕ Not ready")],
)
def test_a_status_is_a_sign_and_a_word(
    checked: list[Outcome], status: str, verdict: str
):
    checked.append(Outcome("cache", status, 0.0123))
    text = seen()

    assert verdict in text
    assert f"cache {verdict[0]} {status} 12 ms" in text


def test_a_check_that_fails_is_told_with_its_reason(checked: list[Outcome]):
    checked.append(Outcome("cache", "fail", 1.0, "it <b>hangs</b>"))
    text = seen()

    assert "✕ Not ready" in text
    assert "database:default ✓ pass 12 ms" in text
    assert "cache ✕ fail 1 s" in text
    assert "it &lt;b&gt;hangs&lt;/b&gt;" in text


def test_without_checks_it_says_so(checked: list[Outcome]):
    checked.clear()

    assert "Nothing is checked" in seen()


@override_settings(HEROKU_SUPPORT_METRICS=False)
def test_where_metrics_are_off_it_says_how_they_go_on():
    assert (
        "Nothing is measured. In the settings: HEROKU_SUPPORT_METRICS = True" in seen()
    )


def test_where_nothing_is_measured_it_says_why():
    assert "Nothing is measured in tests, nor in the phase local." in seen()


def test_before_the_first_interval_is_over_it_says_when_that_is(counted: Slots):
    text = seen()

    assert "The charts begin when an interval is over: within 20 seconds." in text
    assert "Throughput" not in text


def test_where_a_process_counts_for_itself_it_says_so(counted: Slots):
    assert "Each process counts for itself here" in seen()


def test_processes_that_count_together_need_no_word(
    counted: Slots, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(counted, "is_shared", True)

    assert "counts for itself" not in seen()


def test_the_charts_are_there_with_the_numbers_as_tables(counted: Slots):
    keep(counted, 3)
    text = seen()

    assert "local now Requests 0 a second" in text
    for name in ("Throughput", "Service time", "Queue time", "Memory", "Workers"):
        assert f"{name} as a table" in text


# --- many dynos ----------------------------------------------------------------------------


def test_dynos_are_shown_one_by_one_and_summed(report: Callable[..., None]):
    report("web.1", "web.2", "web.3")
    text = seen()

    assert "All dynos now Requests 15 a second" in text
    assert "All dynos v42 15 0.3" in text
    assert "web.2 v42 5 0.1" in text


def test_the_page_of_many_is_renewed_as_often_as_they_report(
    report: Callable[..., None],
):
    one = ask(STAFF).content
    report("web.1", "web.2")
    many = ask(STAFF).content

    assert b'data-refresh="5"' in one
    assert b'data-refresh="20"' in many


def test_one_of_them_can_be_asked_for(report: Callable[..., None]):
    report("web.1", "web.2")

    assert "web.2 now Requests 5 a second" in seen("?dyno=web.2")


def test_one_that_is_not_there_is_said_to_be_gone(report: Callable[..., None]):
    report("web.1", "web.2")
    text = seen("?dyno=<web.9>")

    assert "No dyno named &lt;web.9&gt; reports." in text
    assert "All dynos now" in text


def dynos() -> list[str | None]:
    found = scope.find(Dyno.from_environ(), metrics.take_overview(), "")
    return [each.identity.dyno for each in found.dynos[1:]]


@pytest.mark.usefixtures("counted")
def test_this_dyno_tells_how_it_is_now_in_its_place(report: Callable[..., None]):
    report("a.1", "local", "web.1")
    own = metrics.take_overview()
    found = scope.find(Dyno.from_environ(), own, "")

    assert dynos() == ["local", "a.1", "web.1"]
    assert found.dynos[1] is own


@pytest.mark.usefixtures("counted")
def test_this_dyno_is_there_before_it_has_reported(report: Callable[..., None]):
    report("web.1")

    assert dynos() == ["local", "web.1"]


@pytest.mark.usefixtures("counted")
def test_one_dyno_is_not_told_twice(report: Callable[..., None]):
    report("local")

    assert dynos() == []
    assert "local now" in seen()


@pytest.mark.usefixtures("counted")
def test_a_store_that_does_not_answer_is_said(report: Callable[..., None]):
    report(error="Key-Value Store: no answer in time")

    assert "This is one dyno alone. Key-Value Store: no answer in time" in seen()


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("dyno", ["", "web.1"])
def test_that_there_is_no_store_is_said_on_a_dyno_only(
    monkeypatch: pytest.MonkeyPatch, dyno: str
):
    monkeypatch.setenv("DYNO", dyno)

    assert ("heroku addons:create heroku-redis" in seen()) is bool(dyno)


@override_settings(HEROKU_SUPPORT_METRICS_FORMATION=False)
def test_dynos_that_shall_not_know_of_each_other_do_not(report: Callable[..., None]):
    report("web.1", "web.2")

    assert "web.2" not in seen()
