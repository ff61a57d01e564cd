"""
The page at ``/health/`` in Debian's Chromium: what a person sees, hears and does.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from heroku_support.metrics import formation
from tests.health.overviews import overview
from tests.processes import Project, Server
from tests.servers.postgres import free_port
from tests.servers.valkey import ValkeyServer
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.services

TOKEN = "s3cret"
PHONE, DESKTOP = {"width": 375, "height": 740}, {"width": 1280, "height": 800}
MINUTE = 60_000  # milliseconds

# Frames each second, for tests have no minutes; plain http on loopback; and a policy as strict
# as can be, by Django's own middleware where it has one.
SETTINGS = """
import os, django
from config.settings import *

ALLOWED_HOSTS = ["127.0.0.1"]
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
HEROKU_SUPPORT_METRICS_INTERVAL = 1
HEROKU_SUPPORT_HEALTH_TOKEN = os.environ.get("HEALTH_TOKEN", "")
POLICY = {
    "default-src": "'none'", "connect-src": "'self'", "img-src": "'self'",
    "script-src": "'self'", "style-src": "'self'", "base-uri": "'none'",
    "form-action": "'self'", "require-trusted-types-for": "'script'",
}
if os.environ.get("POLICY") == "nonce":
    POLICY["script-src"] = "<CSP_NONCE_SENTINEL> 'strict-dynamic'"
    POLICY["style-src"] = "<CSP_NONCE_SENTINEL>"
if django.VERSION < (6,):
    MIDDLEWARE = [MIDDLEWARE[0], "config.policy.as_django_6", *MIDDLEWARE[1:]]
else:
    SECURE_CSP = {name: value.split() for name, value in POLICY.items()}
    CSP = "django.middleware.csp.ContentSecurityPolicyMiddleware"
    MIDDLEWARE = [MIDDLEWARE[0], CSP, *MIDDLEWARE[1:]]
"""
MIDDLEWARE = """
import secrets
from django.conf import settings

def as_django_6(get_response):
    def middleware(request):
        request._csp_nonce = secrets.token_urlsafe(16)
        response = get_response(request)
        policy = "; ".join(f"{name} {value}" for name, value in settings.POLICY.items())
        nonce = f"'nonce-{request._csp_nonce}'"
        policy = policy.replace("<CSP_NONCE_SENTINEL>", nonce)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response
    return middleware
"""
LISTEN_FOR_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def project(
    example: Project, survey: Path, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """
    The example with settings for this module, and a person of its staff.
    """
    directory = tmp_path_factory.mktemp("page") / "app"
    shutil.copytree(example.directory, directory)
    shutil.copy(survey, directory / "db.sqlite3")
    (directory / "config" / "watched.py").write_text(SETTINGS)
    (directory / "config" / "policy.py").write_text(MIDDLEWARE)
    project = Project(directory)
    made = project.manage(
        "createsuperuser",
        "--no-input",
        "--email=a@example.com",
        DJANGO_SUPERUSER_USERNAME="ada",
        DJANGO_SUPERUSER_PASSWORD="ada's own",
        **variables(project),
    )
    assert made.returncode == 0, made.stderr
    return project


def variables(project: Project, **more: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "config.watched",
        "DATABASE_URL": f"sqlite:///{project.directory / 'db.sqlite3'}",
        "SECRET_KEY": "t" * 50,
        "WEB_CONCURRENCY": "2",
        "HEALTH_TOKEN": TOKEN,
        **more,
    }


@pytest.fixture(scope="module")
def served(project: Project) -> Iterator[Server]:
    with project.gunicorn(**variables(project, DYNO="web.1")) as served:
        for _ in range(5):
            served.get("/about/", headers={"X-Request-Start": "1"})
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program, "apt-get install chromium"
    # Chromium's sandbox does not start as root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """
    Return what opens the page of a server, in a window of its own.
    """
    contexts = []

    def visit(served: Server, path: str = "/health/", **options: Any) -> Page:
        credentials = {"username": "any", "password": TOKEN}
        context = browser.new_context(
            **{"viewport": DESKTOP, "http_credentials": credentials, **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(LISTEN_FOR_VIOLATIONS)
        page.goto(f"http://127.0.0.1:{served.port}{path}")
        return page

    yield visit
    for context in contexts:
        context.close()


def with_charts(page: Page) -> Page:
    """
    Reload until the first interval is over.
    """
    wait_until(lambda: page.reload() and page.locator("svg.chart").count())
    return page


def pass_time(page: Page, milliseconds: int = 6_000) -> None:
    """
    Let the page believe that so much time has passed.
    """
    page.clock.run_for(milliseconds)


def watched(page: Page) -> Page:
    """
    Reload the page with a clock that only tests set, and a mark that no reload leaves.
    """
    page.clock.install()
    page.reload()
    page.evaluate("window.mark = 'here'")
    return page


def style(page: Page, selector: str, name: str) -> str:
    # In one step: an element that was found may be renewed before it is asked.
    script = (
        "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]"
    )
    found: str = page.evaluate(script, [selector, name])
    return found


def asked(page: Page) -> list[str]:
    """
    Return a list that grows by each request.
    """
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    return urls


# --- what is seen --------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_it_is_readable_by_all_and_fits(
    visit: Visit, served: Server, size: dict[str, int], scheme: str
):
    page = with_charts(visit(served, viewport=size, color_scheme=scheme))
    for summary in page.locator("summary").all():
        summary.click()
    # Contrast, names, headings, landmarks, tables, and what the keyboard reaches.
    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_light_and_dark_are_not_the_same(visit: Visit, served: Server):
    grounds = {
        style(visit(served, color_scheme=scheme), "html", "backgroundColor")
        for scheme in ("light", "dark")
    }

    assert len(grounds) == 2


@pytest.mark.parametrize("policy", ["self", "nonce"])
def test_under_a_strict_policy_all_of_it_works_and_nobody_else_is_asked(
    visit: Visit, project: Project, policy: str
):
    with project.gunicorn(**variables(project, POLICY=policy)) as served:
        page = with_charts(visit(served))
        urls = asked(page)
        watched(page)
        pass_time(page)
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        wait_until(lambda: len([url for url in urls if url.endswith("/health/")]) > 1)
        sent = served.get("/about/").headers["content-security-policy"]
        color = style(page, ".line-1", "stroke")

    assert ("nonce-" in sent) is (policy == "nonce")
    assert page.evaluate("violations") == []
    assert color == "rgb(29, 95, 209)"
    assert {url.split("/")[2] for url in urls} == {f"127.0.0.1:{served.port}"}


def test_without_javascript_it_is_all_there_but_the_renewal(
    visit: Visit, served: Server
):
    page = with_charts(visit(served, java_script_enabled=False))

    assert page.locator("svg.chart").count() == 6
    # Not a locator of its own: playwright sees no text in a noscript.
    text = page.locator(".refreshing").inner_text()
    assert "Reload the page for later numbers." in text
    expect(page.get_by_role("button")).to_have_count(0)


def test_who_asks_for_less_motion_gets_none(visit: Visit, served: Server):
    page = with_charts(visit(served, reduced_motion="reduce"))
    duration = style(page, "svg.chart", "transitionDuration")

    assert duration == "0s"


def test_lines_are_told_apart_without_their_colours(visit: Visit, served: Server):
    page = with_charts(visit(served, forced_colors="active"))
    lines = page.get_by_role("figure", name="Service time").locator(".sample .line")
    dashes = lines.evaluate_all(
        "lines => lines.map(line => getComputedStyle(line).strokeDasharray)"
    )

    assert len(set(dashes)) == 3


def test_a_screen_reader_hears_the_drawing_in_words(visit: Visit, served: Server):
    page = with_charts(visit(served))
    drawing = page.get_by_role("img", name="Throughput. all: ")

    expect(drawing).to_have_accessible_name(
        re.compile(r"at last, between .* and .*; errors, 5xx: ")
    )


# --- what is done with it ------------------------------------------------------------------


def test_it_is_renewed_without_being_loaded_again(visit: Visit, served: Server):
    page = watched(with_charts(visit(served)))
    before = page.locator("#updated").inner_text()
    wait_until(
        lambda: pass_time(page) or page.locator("#updated").inner_text() != before
    )

    assert page.evaluate("window.mark") == "here"


def test_an_open_table_stays_open_and_keeps_the_focus(visit: Visit, served: Server):
    page = with_charts(visit(served))
    summary = page.get_by_text("Memory as a table")
    watched(page)
    before = page.locator("#updated").inner_text()
    summary.focus()
    page.keyboard.press("Enter")
    wait_until(
        lambda: pass_time(page) or page.locator("#updated").inner_text() != before
    )

    expect(page.get_by_role("region", name="Memory as a table")).to_be_visible()
    expect(summary).to_be_focused()


def test_it_can_be_paused_by_the_keyboard(visit: Visit, served: Server):
    page = watched(visit(served))
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("Enter")
    urls = asked(page)
    pass_time(page, MINUTE)
    expect(page.get_by_role("button", name="Pause", pressed=True)).to_be_visible()

    assert urls == []
    page.keyboard.press("Enter")
    pass_time(page)
    wait_until(lambda: page.title() and urls)


def test_nobody_is_asked_while_it_is_hidden(visit: Visit, served: Server):
    page = watched(visit(served))
    urls = asked(page)
    hide(page, is_hidden=True)
    pass_time(page, MINUTE)

    assert urls == []
    hide(page, is_hidden=False)
    pass_time(page, 10)
    wait_until(lambda: page.title() and urls)


def hide(page: Page, *, is_hidden: bool) -> None:
    # A browser without a screen hides none of its windows.
    page.evaluate(
        """(isHidden) => {
          Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def test_it_says_when_it_has_lost_contact_and_when_it_is_back(
    visit: Visit, served: Server
):
    page = watched(with_charts(visit(served)))
    page.context.set_offline(True)
    pass_time(page)
    contact = page.locator("#contact")
    expect(contact).to_contain_text("No contact since")
    expect(page.get_by_role("status").filter(has_text="No contact")).to_be_visible()
    page.context.set_offline(False)
    pass_time(page)

    expect(contact).to_be_empty()


def test_an_error_and_the_end_of_a_session_are_told(visit: Visit, served: Server):
    page = watched(visit(served))
    for status, text in ((500, "The answer is an error, 500"), (403, "signed in")):
        page.route("**/health/", answer(status))
        pass_time(page)
        expect(page.locator("#contact")).to_contain_text(text)
        page.unroute("**/health/")


def answer(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body="no")


def test_it_is_about_one_dyno_whichever_the_router_asks(
    visit: Visit, served: Server, project: Project
):
    page = watched(visit(served))
    with project.gunicorn(**variables(project, DYNO="web.2")) as other:
        elsewhere = f"http://127.0.0.1:{other.port}/health/"
        # Only the path is the same: a browser lets a page read no other origin.
        page.route(
            "**/health/",
            lambda route: route.fulfill(response=route.fetch(url=elsewhere)),
        )
        name = page.get_by_role("heading", name="Readiness of web.")
        urls = asked(page)
        pass_time(page)
        wait_until(lambda: pass_time(page, 1_100) or len(urls) > 3)
        expect(name).to_have_text("Readiness of web.1")
        # The dyno is gone: in the end another one is shown.
        wait_until(
            lambda: pass_time(page, 1_100) or name.inner_text() == "Readiness of web.2",
            timeout=30,
        )


def test_staff_signs_in_and_sees_it(visit: Visit, project: Project):
    with project.gunicorn(**variables(project, HEALTH_TOKEN="")) as served:
        page = visit(served, http_credentials=None)
        expect(page.get_by_text("It is for staff.")).to_be_visible()
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("Username").fill("ada")
        page.get_by_label("Password").fill("ada's own")
        page.get_by_role("button", name="Log in").click()

        expect(page.get_by_role("heading", name="Readiness of local")).to_be_visible()


# --- what it shows -------------------------------------------------------------------------


def test_a_database_that_is_gone_is_told_and_no_password(
    visit: Visit, project: Project
):
    url = f"postgres://ada:hunter2@127.0.0.1:{free_port()}/shop"
    with project.gunicorn(**variables(project, DATABASE_URL=url)) as served:
        page = visit(served, viewport=PHONE)
        expect(page.get_by_text("Not ready")).to_be_visible()
        expect(page.get_by_role("row", name="database:default")).to_contain_text("fail")
        found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert "hunter2" not in page.content()


def test_the_whole_app_is_shown_where_dynos_know_of_each_other(
    visit: Visit, project: Project
):
    with ValkeyServer.start() as valkey:
        report("web.2", valkey)
        more = {"DYNO": "web.1", "REDIS_URL": valkey.url(), "HEROKU_APP_NAME": "shop"}
        with project.gunicorn(**variables(project, **more)) as served:
            page = visit(served)
            rows = page.get_by_role("region", name="Dynos").get_by_role("link")
            expect(rows).to_have_text(["All dynos", "web.1", "web.2"])
            page.get_by_role("link", name="web.2").click()
            expect(page.get_by_role("heading", name="web.2 now")).to_be_visible()
            found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


def report(name: str, valkey: ValkeyServer) -> None:
    # As if its interval was long, for it does so only once.
    found = replace(overview(name), interval=600.0)
    formation.leave(valkey.url(), f"{name}:1", found)
