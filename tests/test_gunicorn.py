"""
The shipped gunicorn configuration, under real gunicorn.
"""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections

from heroku_support import dyno as dyno_module
from heroku_support import gunicorn
from heroku_support.dyno import Dyno
from heroku_support.errors import ConfigError
from tests.processes import DYNO, HTTP, HTTPS, Project, environment
from tests.servers.postgres import PostgresServer, free_port
from tests.servers.waiting import wait_until

GIGABYTE = 1024**3

# The classic buildpack's .profile.d (v351); a container and Fir set none of it, and a trusted
# address that no peer has makes gunicorn treat loopback like any router there.
CLASSIC = {
    **DYNO,
    "FORWARDED_ALLOW_IPS": "*",
    "GUNICORN_CMD_ARGS": "--access-logfile -",
}
CONTAINER = {**DYNO, "FORWARDED_ALLOW_IPS": "10.0.0.1"}
FIR = {**CONTAINER, "DYNO": "web-12a34b56d-e78f9"}
PLACES_OF_WORK = {"classic": CLASSIC, "container": CONTAINER, "fir": FIR}

# Fails each request that reaches Django's handler.
UNREACHABLE = """
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
def application(environ, start_response):
    raise AssertionError("entered")
"""
UNREACHABLE_ASGI = """
from django.core.asgi import get_asgi_application
get_asgi_application()
async def application(scope, receive, send):
    raise AssertionError("entered")
"""
# Long enough to be asked to stop meanwhile.
SLOW = """
import time
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
def application(environ, start_response):
    print("entered", flush=True)
    time.sleep(1)
    start_response("200 OK", [])
    return [b"done"]
"""
# Uses the database while it is loaded, as some projects do, and says which server process
# answers a worker.
EARLY_QUERY = """
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
from django.db import connection
def backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return str(cursor.fetchone()[0])
loaded_with = backend()
def application(environ, start_response):
    start_response("200 OK", [])
    return [f"{loaded_with} {backend()}".encode()]
"""


def options(argv: list[str] | None = None, **variables: str) -> dict[str, object]:
    return gunicorn.options(Dyno.from_environ(variables, argv=argv or ["gunicorn"]))


def printed_config(*arguments: str, **variables: str) -> dict[str, str]:
    """
    Ask gunicorn itself what it made of everything.
    """
    command = [sys.executable, "-m", "gunicorn", "-c", "python:heroku_support.gunicorn"]
    printed = subprocess.run(
        [*command, *arguments, "--print-config", "wsgiref.simple_server:demo_app"],
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return dict(re.findall(r"^(\w+)\s*= (.*)$", printed, re.MULTILINE))


def url_in(response_text: str) -> str:
    found = re.search(r'href="(/static/[^"]+\.css)"', response_text)
    assert found, response_text
    return found[1]


# --- values --------------------------------------------------------------------------------


def test_gunicorn_takes_every_value():
    config = printed_config(**CLASSIC, PORT="8123")

    assert {name: config[name] for name in SHIPPED} == SHIPPED


SHIPPED = {
    "worker_class": "gthread",
    "threads": "3",
    "workers": "1",
    "keepalive": "95",
    "timeout": "25",
    "graceful_timeout": "20",
    "preload_app": "True",
    "forwarder_headers": "[]",
    "header_map": "drop",
    "control_socket_disable": "True",
    "worker_tmp_dir": "/dev/shm",
    "accesslog": "-",
    "max_requests": "0",
}


def test_every_shipped_value_is_tested():
    told = {*SHIPPED, "bind", "access_log_format"}

    assert set(options(PORT="80", WEB_CONCURRENCY="1")) == told - {"max_requests"}


def test_the_command_line_and_the_environment_win():
    config = printed_config("--keep-alive", "7", GUNICORN_CMD_ARGS="--timeout 9")

    assert (config["keepalive"], config["timeout"]) == ("7", "9")


def test_trust_is_left_to_the_environment():
    assert "10.0.0.1" in printed_config(**CONTAINER)["forwarded_allow_ips"]


@pytest.mark.parametrize(
    "option", [["-k", "sync"], ["-ksync"], ["--worker-class=sync"]]
)
def test_another_worker_class_gets_no_threads(option: list[str]):
    assert printed_config(*option)["threads"] == "1"


def test_a_worker_class_in_the_environment_gets_no_threads():
    assert printed_config(GUNICORN_CMD_ARGS="-k asgi")["threads"] == "1"


def test_unbalanced_quotes_in_the_environment_are_left_to_gunicorn():
    assert options(GUNICORN_CMD_ARGS="--name 'x")["threads"] == 3


def test_without_a_port_gunicorn_binds_as_it_likes():
    assert "bind" not in options()


def test_without_ipv6_it_binds_to_ipv4(monkeypatch: pytest.MonkeyPatch):
    # No machine of ours can be without IPv6 for one test.
    monkeypatch.setattr(gunicorn.socket, "has_dualstack_ipv6", lambda: False)

    assert options(PORT="8000")["bind"] == "0.0.0.0:8000"


def test_without_shared_memory_gunicorn_uses_its_own_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(gunicorn, "SHARED_MEMORY", str(tmp_path / "missing"))

    assert "worker_tmp_dir" not in options()


def test_the_shipped_default_binds_to_all_addresses(example: Project):
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:heroku_support.gunicorn"]
    environ = environment(**DYNO, PORT=str(port), DATABASE_URL="postgres://u:p@h/n")
    with example.serve([*command, "config.wsgi"], port, environ) as server:
        assert f"Listening at: http://[::]:{port}" in server.output


# --- the number of workers -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("memory", "cores", "expected"),
    [
        (None, 8, 2),
        (GIGABYTE // 4, 8, 1),
        (GIGABYTE // 8, 8, 1),
        (GIGABYTE, 8, 4),
        (14 * GIGABYTE, 8, 17),
        (1024 * GIGABYTE, 1000, 256),
    ],
)
def test_workers_follow_cores_and_memory(
    memory: int | None, cores: int, expected: int, monkeypatch: pytest.MonkeyPatch
):
    # The machine has the cores it has.
    monkeypatch.setattr(dyno_module, "_cores", lambda: cores)
    megabytes = {} if memory is None else {"DYNO_RAM": str(memory // 1024**2)}
    dyno = Dyno.from_environ(megabytes, argv=[], cgroup=Path("/nowhere"))

    assert dyno.worker_count() == expected


def test_the_number_of_workers_can_be_set():
    assert options(WEB_CONCURRENCY="5")["workers"] == 5


def test_cores_are_counted_where_affinity_is_unknown(monkeypatch: pytest.MonkeyPatch):
    # As on macOS.
    monkeypatch.delattr(dyno_module.os, "sched_getaffinity", raising=False)

    assert dyno_module._cores() >= 1


@pytest.mark.parametrize(
    "variables",
    [
        {"PORT": "99999"},
        {"PORT": "abc"},
        {"PORT": ""},
        {"PORT": "-1"},
        {"WEB_CONCURRENCY": "0"},
        {"WEB_CONCURRENCY": "999"},
    ],
    ids=str,
)
def test_a_bad_number_is_one_clear_line(variables: dict[str, str]):
    (name,) = variables
    ended = refused(**variables)

    assert ended.returncode == 1
    assert re.fullmatch(rf"{name} .*Fix: .*{name}.*\n", ended.stderr), ended.stderr


@pytest.mark.parametrize("value", ["-1", "two", "", "2.5"])
def test_what_gunicorn_itself_refuses_ends_it_before_this_module_is_read(value: str):
    ended = refused(WEB_CONCURRENCY=value)

    assert ended.returncode == 1
    assert "Fix:" not in ended.stderr


def refused(**variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gunicorn", "-c", "python:heroku_support.gunicorn"]
    return subprocess.run(
        [*command, "x:y"],
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.covers_processes
def test_two_bad_numbers_are_two_lines():
    ended = refused(PORT="99999", WEB_CONCURRENCY="0")

    assert [line.split()[0] for line in ended.stderr.splitlines()] == [
        "PORT",
        "WEB_CONCURRENCY",
    ]


def test_options_raise_for_a_bad_number():
    with pytest.raises(ConfigError, match="PORT"):
        options(PORT="no")


# --- behind the router ---------------------------------------------------------------------


@pytest.fixture(params=PLACES_OF_WORK, ids=str)
def variables(request: pytest.FixtureRequest) -> dict[str, str]:
    # The database is not asked for anything by a redirect or a wrong path.
    return {**PLACES_OF_WORK[request.param], "DATABASE_URL": "postgres://u:p@h/name"}


def test_http_is_redirected_to_https_once_and_never_in_a_loop(
    example: Project, variables: dict[str, str]
):
    with example.gunicorn(**variables) as server:
        host = {"Host": "survey.herokuapp.com"}
        first = server.get("/about/", {**HTTP, **host})
        second = server.get("/about/", {**HTTPS, **host})

    assert first.headers["location"] == "https://survey.herokuapp.com/about/"
    assert (first.status, second.status) == (301, 200)


@pytest.mark.parametrize(
    "header",
    [
        "SCRIPT_NAME: /about",
        "SCRIPT-NAME: /about",
        "PATH_INFO: /admin/",
        "X-Forwarded-Host: evil.example.com",
        "X_Forwarded_Host: evil.example.com",
        "X_Forwarded_Proto: https",
        "HTTP_X_FORWARDED_PROTO: https",
    ],
)
def test_a_forged_header_changes_nothing(example: Project, header: str):
    request = (
        "GET /about/ HTTP/1.1\r\nHost: survey.herokuapp.com\r\n"
        "X-Forwarded-Proto: http\r\nConnection: close\r\n{}\r\n"
    )
    variables = {**CLASSIC, "DATABASE_URL": "postgres://u:p@h/name"}
    with example.gunicorn(**variables) as server:
        plain = server.raw(request.format("").encode())
        forged = server.raw(request.format(f"{header}\r\n").encode())

    assert b"Location: https://survey.herokuapp.com/about/" in plain
    assert without_date(forged) == without_date(plain)


def test_a_host_in_the_request_line_leads_nowhere_else(example: Project):
    request = (
        "GET http://evil.example.com/about/ HTTP/1.1\r\nHost: survey.herokuapp.com\r\n"
        "X-Forwarded-Proto: http\r\nConnection: close\r\n\r\n"
    )
    with example.gunicorn(**{**FREE, **CLASSIC}) as server:
        answer = server.raw(request.encode())

    assert b"Location: https://survey.herokuapp.com/about/" in answer


def without_date(response: bytes) -> bytes:
    return re.sub(rb"Date: [^\r]*", b"", response)


# --- liveness in front ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("worker_class", "source"),
    [
        ("gthread", UNREACHABLE),
        ("sync", UNREACHABLE),
        ("asgi", UNREACHABLE_ASGI),
    ],
)
@pytest.mark.parametrize("path", ["/health/live", "/health/live/"])
def test_liveness_does_not_enter_django(
    example: Project, worker_class: str, source: str, path: str
):
    module = f"unreachable_{worker_class}"
    (example.directory / f"{module}.py").write_text(SETTINGS + source)
    arguments = ["-k", worker_class]
    application = f"{module}:application"
    with example.gunicorn(*arguments, application=application, **FREE) as server:
        alive = server.get(path)

    assert (alive.status, alive.text) == (200, "ok")


SETTINGS = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n"
FREE = {**DYNO, "DATABASE_URL": "postgres://u:p@h/name"}


@pytest.mark.parametrize("path", ["/health%2Flive", "//health/live", "/health/live/x"])
def test_a_path_that_only_looks_like_liveness_is_the_projects(
    example: Project, path: str
):
    with example.gunicorn(**FREE) as server:
        assert server.get(path, {**HTTPS, "Host": "a.herokuapp.com"}).status == 404


@pytest.mark.covers_processes
def test_health_is_not_in_the_access_log_and_the_rest_has_its_request_id(
    example: Project,
):
    with example.gunicorn(**FREE) as server:
        server.get("/health/ready")
        server.get("/about/", {**HTTPS, "X-Request-ID": "abc-123"})
        wait_until(lambda: 'path="/about/"' in server.output, timeout=5)
        output = server.output

    assert "/health/" not in output
    assert "request_id=abc-123" in output


def test_a_client_can_forge_neither_a_line_nor_a_field_of_the_access_log(
    example: Project,
):
    forged = {
        "X-Request-ID": 'x status=999 fwd="1"',
        "X-Forwarded-For": '1.2.3.4" status=1',
    }
    with example.gunicorn(**FREE) as server:
        server.get("/a%0Amethod=FORGED%1b", {**HTTPS, **forged})
        wait_until(lambda: "FORGED" in server.output, timeout=5)
        (line,) = (line for line in server.output.splitlines() if "FORGED" in line)

    assert line.startswith('method=GET path="/a%0Amethod%3DFORGED%1B" status=')
    assert re.search(r' request_id=- fwd="1\.2\.3\.4[0-9a-f.:, -]*"$', line), line


def test_no_control_socket_is_left_in_the_home(example: Project, tmp_path: Path):
    with example.gunicorn(**FREE, HOME=str(tmp_path)):
        assert not list(tmp_path.iterdir())


def test_a_home_that_cannot_be_written_to_is_no_trouble(example: Project):
    # No folder, so that not even root writes there.
    with example.gunicorn(**FREE, HOME="/dev/null") as server:
        assert server.get("/health/live").status == 200
        assert "/dev/null" not in server.output


# --- forking -------------------------------------------------------------------------------


@pytest.mark.covers_processes
def test_no_worker_shares_a_connection_with_the_process_it_came_from(
    example: Project, postgres_newest: PostgresServer
):
    # readthedocs.org#13180.
    (example.directory / "early.py").write_text(SETTINGS + EARLY_QUERY)
    database = postgres_newest.create_database()
    variables = {**DYNO, "WEB_CONCURRENCY": "3", "DATABASE_URL": database.url()}
    # One thread a worker, the one that was forked: others open connections of their own.
    single = ["-k", "sync"]
    with example.gunicorn(
        *single, application="early:application", **variables
    ) as server:
        seen = {server.get("/").text for _ in range(40)}
    parents, workers = zip(*(pair.split() for pair in seen), strict=True)

    assert len(set(parents)) == 1
    assert not set(parents) & set(workers)


def test_hooks_do_nothing_for_a_project_without_django(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "django.db")
    monkeypatch.delitem(sys.modules, "django.conf")

    gunicorn.when_ready(None)
    gc.unfreeze()

    assert gunicorn.pre_fork(None, None) is None
    assert gunicorn.post_worker_init(None) is None


def test_views_of_a_project_that_is_not_set_up_are_not_loaded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr("django.apps.apps.ready", False)
    monkeypatch.setattr("django.conf.settings.ROOT_URLCONF", "there_is_none")

    gunicorn.when_ready(None)
    gc.unfreeze()

    assert not caplog.messages


@pytest.mark.django_db
def test_a_connection_without_a_pool_is_closed_before_the_fork():
    connections["default"].ensure_connection()
    gunicorn.pre_fork(None, None)

    assert not hasattr(connections["default"], "close_pool")


def test_what_is_loaded_before_the_fork_is_kept_out_of_collections():
    gunicorn.when_ready(None)
    frozen = gc.get_freeze_count()
    gc.unfreeze()

    assert (frozen > 0, gc.isenabled()) == (True, True)


# A project that says which of its modules the process that answers has imported itself. Django
# imports these for the first request; one process may be refused the URLconf.
VIEWS = """
import os, sys
if os.environ.get("REFUSED_TO_CHILD_OF") == str(os.getppid()):
    raise OSError("the database is away")
LOADED_BY = os.getpid()
from django.http import HttpResponse
from django.urls import path
def own(request):
    names = ["views", "own_storage", "own_serializer"]
    by = {name: sys.modules[name].LOADED_BY for name in names if name in sys.modules}
    return HttpResponse(" ".join(name for name in names if by.get(name) == os.getpid()))
urlpatterns = [path("", own)]
"""
BY_SETTING = """
import os
LOADED_BY = os.getpid()
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.serializers import JSONSerializer
"""
SETTINGS_OF_VIEWS = """
from config.settings import *
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "views"
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.messages"]
MIDDLEWARE = [*MIDDLEWARE, "django.contrib.messages.middleware.MessageMiddleware"]
MESSAGE_STORAGE = "own_storage.SessionStorage"
SESSION_SERIALIZER = "own_serializer.JSONSerializer"
"""


@pytest.mark.covers_processes
@pytest.mark.parametrize("refused", [False, True])
def test_what_requests_need_is_loaded_once_or_where_that_fails_by_each_worker(
    small: Project, refused: bool
):
    (small.directory / "views.py").write_text(VIEWS)
    (small.directory / "own_storage.py").write_text(BY_SETTING)
    (small.directory / "own_serializer.py").write_text(BY_SETTING)
    (small.directory / "settings_of_views.py").write_text(SETTINGS_OF_VIEWS)
    variables = {**FREE, "DJANGO_SETTINGS_MODULE": "settings_of_views"}
    if refused:
        variables["REFUSED_TO_CHILD_OF"] = str(os.getpid())
    with small.gunicorn(**variables) as server:
        answer = server.get("/")

        assert (answer.text, "views cannot be loaded yet" in server.output) == (
            "views" if refused else "",
            refused,
        )


# A project's own configuration, whose hook stands in place of ours.
OWN_HOOK = """
from heroku_support.gunicorn import *
def when_ready(server):
    pass
"""
COLLECTING = """
import gc
WHILE_LOADED = gc.isenabled()
def application(environ, start_response):
    start_response("200 OK", [])
    return [f"{WHILE_LOADED} {gc.isenabled()}".encode()]
"""


@pytest.mark.parametrize("options", [(), ("-c", "own_hook.py")], ids=["ours", "own"])
def test_garbage_is_collected_by_the_workers_and_not_while_a_project_is_loaded(
    small: Project, options: tuple[str, ...]
):
    (small.directory / "collecting.py").write_text(COLLECTING)
    (small.directory / "own_hook.py").write_text(OWN_HOOK)
    with small.gunicorn(
        *options, application="collecting:application", **FREE
    ) as server:
        assert server.get("/").text == "False True"


def test_sigterm_lets_the_running_request_finish(example: Project):
    (example.directory / "sleepy.py").write_text(SETTINGS + SLOW)
    with (
        example.gunicorn(application="sleepy:application", **FREE) as server,
        ThreadPoolExecutor() as pool,
    ):
        answer = pool.submit(server.get, "/")
        wait_until(lambda: "entered" in server.output, timeout=10)
        status = server.stop()

        assert (answer.result().text, status) == ("done", 0)


def test_importing_the_configuration_loads_no_django():
    code = "import heroku_support.gunicorn, sys; print('django.conf' in sys.modules)"
    printed = subprocess.check_output([sys.executable, "-c", code], env=environment())

    assert printed.strip() == b"False"
