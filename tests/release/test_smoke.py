"""
The web process is booted as Heroku would boot it, and nothing of it is left.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from pathlib import Path

import pytest
from django.test import override_settings

from heroku_support.dyno import Dyno
from heroku_support.release import boot as boot_module
from heroku_support.release import process_group, smoke
from tests.processes import Project
from tests.release.booting import LOCAL, SERVER, boot, left_over
from tests.servers.postgres import free_port
from tests.servers.waiting import wait_until

GUNICORN = f"{sys.executable} -m gunicorn -c python:heroku_support.gunicorn"
UVICORN = f"{sys.executable} -m uvicorn --port $PORT"
ON_DYNO = {**LOCAL, "DYNO": "release.1"}
CANARY = "Zq7-kWx9-pLm3"


@pytest.fixture(autouse=True)
def nothing_is_left():
    """
    Whatever a test boots is gone when it ends.
    """
    yield
    assert left_over() == []


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch):
    """
    The limits are longer than a test likes to wait.
    """
    monkeypatch.setattr(boot_module, "READINESS", 0.5)
    monkeypatch.setattr(boot_module, "PROBE", 0.5)


@pytest.fixture
def served(
    example: Project, survey: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """
    The variables with which the example serves; it is the current directory.
    """
    monkeypatch.chdir(example.directory)
    database = shutil.copy(survey, tmp_path / "db.sqlite3")
    return {**LOCAL, "DATABASE_URL": f"sqlite:///{database}"}


# --- it boots ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        f"{GUNICORN} --bind 127.0.0.1:$PORT config.wsgi",
        f"FOO=1 exec {UVICORN} config.asgi:application",
        f"sh -c 'sleep 600 & exec {UVICORN} config.asgi:application'",
        f"{UVICORN} --host ::1 config.asgi:application",
    ],
    ids=["gunicorn", "uvicorn", "a script with a helper", "IPv6"],
)
def test_the_web_process_is_seen_live_and_ready(served: dict[str, str], command: str):
    smoked = boot(command, variables=served)

    assert re.fullmatch(r"live and ready after \d+\.\d s", smoked.done), smoked
    assert smoked.printed == ""


@override_settings(ALLOWED_HOSTS=[".localhost"])
def test_the_page_that_is_asked_for_is_looked_at(served: dict[str, str]):
    command = f"{GUNICORN} --bind 127.0.0.1:$PORT config.wsgi"
    smoked = boot(command, variables=served, RELEASE_SMOKE_PAGE="about/")

    assert smoked.done.endswith(", /about/ answered 200")


def test_the_procfile_of_the_current_directory_is_what_is_booted(
    served: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "Procfile").write_text(f"release: false\nweb: {SERVER}\n")
    monkeypatch.chdir(tmp_path)

    assert boot().done.startswith("live and ready")


@pytest.mark.parametrize("variables", [LOCAL, ON_DYNO], ids=["BASE_DIR", "home"])
def test_the_procfile_is_found_from_another_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "Procfile").write_text(f"web: {SERVER}\n")
    monkeypatch.chdir(tmp_path / "elsewhere")
    base = tmp_path if variables is LOCAL else None
    with override_settings(BASE_DIR=base):
        smoked = boot(variables={**variables, "HOME": str(tmp_path)})

    assert smoked.done.startswith("live and ready")


def test_on_a_dyno_the_phase_is_that_of_a_web_dyno(tmp_path: Path):
    told = tmp_path / "environment"
    variables = {
        **ON_DYNO,
        "HEROKU_METRICS_URL": "https://example.com",
        "HEROKU_SUPPORT_PHASE": "release",
        "WEB_CONCURRENCY": "8",
    }
    boot(f"env > {told}; {SERVER}", variables=variables)
    lines = told.read_text().splitlines()

    assert {"DYNO=web.0", "WEB_CONCURRENCY=1"} <= set(lines)
    assert not re.search("HEROKU_METRICS|HEROKU_SUPPORT_PHASE", told.read_text())


# --- it does not ---------------------------------------------------------------------------


def test_a_module_that_cannot_be_imported_fails_the_release_with_the_reason(
    served: dict[str, str],
):
    command = f"{GUNICORN} --bind 127.0.0.1:$PORT config.nothere"
    smoked = boot(command, variables=served)

    assert re.search(r"ended with status \d+ after \d+\.\d s; its last", smoked.error)
    assert (
        "web: ModuleNotFoundError: No module named 'config.nothere'" in smoked.printed
    )


def test_a_process_that_is_killed_says_by_what():
    smoked = boot("kill -KILL $$")

    assert "it was ended by SIGKILL after" in smoked.error
    assert "it printed nothing" in smoked.error


def test_the_wrong_port_is_named_with_the_line_that_mends_it():
    port = free_port()
    smoked = boot(f"LISTEN_ON={port} {SERVER}")

    assert f"it listens on 127.0.0.1:{port}, not on $PORT" in smoked.error
    assert "web: gunicorn -c python:heroku_support.gunicorn" in smoked.error


def test_something_else_that_listens_is_waited_behind():
    exporter = f"LISTEN_ON={free_port()} {SERVER} /health/live=200"
    web = SERVER.removeprefix("exec ")
    smoked = boot(f"({exporter}) & sleep 1; {web}")

    assert smoked.done.startswith("live and ready")


def test_what_listens_elsewhere_and_does_not_serve_is_named_at_the_end():
    python = "import socket; s = socket.create_server(('127.0.0.1', 0)); input()"
    smoked = boot(f'sleep 9 | {sys.executable} -c "{python}"', seconds=6)

    assert re.search(r"after \d s it listens on 127\.0\.0\.1:\d+, not", smoked.error)


def test_a_process_that_never_listens_fails_when_the_time_is_up():
    smoked = boot("echo waiting; sleep 600", seconds=3.0)

    assert re.search(r"after \d s it does not listen on \$PORT", smoked.error)
    assert smoked.printed == "web: waiting\n"


@pytest.mark.usefixtures("impatient")
def test_a_process_that_takes_connections_and_is_silent_fails():
    python = "import os, socket, time; s = socket.create_server(('127.0.0.1', int(os.environ['PORT']))); time.sleep(600)"
    smoked = boot(f'{sys.executable} -c "{python}"', seconds=6)

    assert (
        "took a connection on $PORT and gave no answer to /health/live" in smoked.error
    )


def test_what_does_not_speak_http_fails():
    python = "import os, socketserver as s; s.TCPServer(('127.0.0.1', int(os.environ['PORT'])), lambda r, *a: r.sendall(b'220 smtp\\r\\n')).serve_forever()"
    smoked = boot(f'{sys.executable} -c "{python}"', seconds=6)

    assert "does not speak HTTP on $PORT: " in smoked.error


@pytest.mark.parametrize("status", ["500", "503"])
@pytest.mark.usefixtures("impatient")
def test_a_process_that_is_live_and_not_ready_fails(status: str):
    smoked = boot(f"{SERVER} /health/ready={status}")

    assert f"s it answers {status} to /health/ready: HEROKU_SUPPORT_HEALTH_TOKEN" in (
        smoked.error
    )


@pytest.mark.usefixtures("impatient")
def test_the_token_lets_the_failing_check_be_named(served: dict[str, str]):
    variables = {
        **served,
        "DATABASE_URL": f"postgres://app:{CANARY}@127.0.0.1:{free_port()}/app",
        "DJANGO_SETTINGS_MODULE": "token_settings",
    }
    Path("token_settings.py").write_text(TOKEN_SETTINGS)
    command = f"{UVICORN} smoke_asgi:application"
    Path("smoke_asgi.py").write_text(TOKEN_ASGI)
    smoked = boot(command, variables=variables, HEALTH_TOKEN=CANARY)

    assert "answers 503 to /health/ready: database:default: " in smoked.error
    assert CANARY not in smoked.everything


TOKEN_SETTINGS = f"""
from config.settings import *
HEROKU_SUPPORT_HEALTH_TOKEN = {CANARY!r}
"""
TOKEN_ASGI = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "token_settings"
from config.asgi import application
"""


@pytest.mark.parametrize("status", ["404", "500"])
def test_a_page_that_fails_fails_the_release(status: str):
    smoked = boot(f"{SERVER} /shop/={status}", RELEASE_SMOKE_PAGE="/shop/")

    assert f"/shop/ answered {status}" in smoked.error


def test_a_page_that_breaks_is_explained_by_the_log(served: dict[str, str]):
    Path("broken_urls.py").write_text("import not_installed\n")
    Path("broken_wsgi.py").write_text(BROKEN_WSGI)
    command = f"{GUNICORN} --bind 127.0.0.1:$PORT broken_wsgi"
    smoked = boot(command, variables=served, RELEASE_SMOKE_PAGE="/")

    assert (
        "/ answered 500 to www.example.com; its last lines stand above" in smoked.error
    )
    assert "No module named 'not_installed'" in smoked.printed


BROKEN_WSGI = """
from config.wsgi import application
from django.conf import settings
settings.ROOT_URLCONF = "broken_urls"
"""


def test_a_page_that_is_cut_off_fails():
    python = "import os, socketserver as s; h = lambda r, *a: r.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok') if b'/health' in r.recv(9999) else None; s.TCPServer(('127.0.0.1', int(os.environ['PORT'])), h).serve_forever()"
    smoked = boot(f'{sys.executable} -c "{python}"', RELEASE_SMOKE_PAGE="/")

    assert "no answer to /: RemoteDisconnected" in smoked.error


# --- redirects, and projects without the middleware ----------------------------------------


def test_a_page_is_followed_where_it_leads():
    answers = "/caf%C3%A9=301:/a/?b=c /a/=302:https://www.example.com/de/ /de/=200"
    smoked = boot(f"{SERVER} {answers}", RELEASE_SMOKE_PAGE="/café")

    assert smoked.done.endswith(", /café answered 200")


@override_settings(ALLOWED_HOSTS=["*"])
def test_a_page_that_leads_to_another_site_has_answered():
    answers = "/shop=302:https://login.example.net/"
    smoked = boot(f"{SERVER} {answers}", RELEASE_SMOKE_PAGE="/shop")

    assert smoked.done.endswith(", /shop answered 302")


@pytest.mark.parametrize(
    "answers",
    [
        "/a=302:/b /b=302:/a",
        "/a=302:/a1 /a1=302:/a2 /a2=302:/a3 /a3=302:/a4 /a4=302:/a5",
    ],
)
def test_a_page_that_leads_in_a_circle_fails(answers: str):
    smoked = boot(f"{SERVER} {answers}", RELEASE_SMOKE_PAGE="/a")

    assert smoked.error == "smoke: /a redirects without end."


def test_a_project_that_does_not_see_tls_fails():
    live = "/health/live=301:https://www.example.com/health/live"
    smoked = boot(f"{SERVER} {live}")

    assert "SECURE_PROXY_SSL_HEADER = (" in smoked.error


@pytest.mark.parametrize(
    "answer", ["/health/live=404", "/health/live=302:/in", "/health/ready=404"]
)
def test_without_the_middleware_any_answer_proves_the_boot(answer: str):
    smoked = boot(f"{SERVER} {answer}")

    assert re.match(r"answers after \d+\.\d s, (404|302): ", smoked.done)
    assert "MIDDLEWARE = heroku.middleware([...])" in smoked.done


def test_it_asks_as_the_router_does(tmp_path: Path):
    asked = tmp_path / "asked"
    boot(f"{SERVER} > {asked}")

    assert (
        "'Host': 'www.example.com', 'X-Forwarded-Proto': 'https'" in asked.read_text()
    )


# --- what is told --------------------------------------------------------------------------


def test_a_dyno_whose_server_listens_on_loopback_only_is_warned():
    smoked = boot(SERVER, variables=ON_DYNO)

    assert smoked.done.startswith("live and ready")
    assert "warning: smoke: the web process listens on 127.0.0.1 only" in smoked.printed


@pytest.mark.parametrize(
    ("name", "host", "is_warned"),
    [
        ("release.1", "0.0.0.0", False),
        ("release-5d8c4-x2x9q", "0.0.0.0", True),
        ("release-5d8c4-x2x9q", "::", False),
    ],
    ids=["Cedar", "Fir, IPv4", "Fir, IPv6"],
)
def test_a_dyno_whose_server_listens_in_the_wrong_network_is_warned(
    name: str, host: str, is_warned: bool
):
    smoked = boot(f"HOST={host} {SERVER}", variables={**LOCAL, "DYNO": name})

    assert ("uvicorn --host :: --port $PORT" in smoked.printed) is is_warned


def test_the_last_lines_are_clean_and_hold_no_secret():
    variables = {**LOCAL, "API_TOKEN": CANARY}
    begin = "printf 'first\\n%30000s\\n' x"
    lines = "printf '\\033[31mred\\033[0m\\a\\n'; echo key $API_TOKEN; seq 1 18"
    smoked = boot(f"{begin}; {lines}; exit 1", variables=variables)

    assert smoked.printed.startswith("web: red\nweb: key ***\nweb: 1\n")
    assert smoked.printed.count("\n") == 20


def test_a_line_without_end_is_cut():
    smoked = boot("printf '\\n%900s' x; exit 1")

    assert len(smoked.printed) < 600


# --- the end -------------------------------------------------------------------------------


def test_a_process_that_ignores_sigterm_is_killed_and_told(
    monkeypatch: pytest.MonkeyPatch,
):
    # The real time, for which a test would wait.
    monkeypatch.setattr(process_group, "GRACE", 0.5)
    smoked = boot(f"trap '' TERM; {SERVER.removeprefix('exec ')} & wait; wait")

    assert smoked.done.startswith("live and ready")
    assert "after SIGTERM and was killed" in smoked.printed


def test_a_grandchild_in_a_session_of_its_own_is_ended_too():
    smoked = boot(f"setsid sleep 600 & {SERVER}")

    assert smoked.done.startswith("live and ready")


def command_settings(name: str, command: str) -> dict[str, str]:
    """
    Let the example name a command, and return the variable that turns it on.
    """
    Path(f"{name}.py").write_text(
        "from config.settings import *\n"
        f"HEROKU_SUPPORT_RELEASE_SMOKE_COMMAND = {command!r}\n"
    )
    return {"DJANGO_SETTINGS_MODULE": name}


@pytest.mark.covers_processes
def test_a_boot_that_fails_is_one_line_and_status_1(
    example: Project, served: dict[str, str]
):
    broken = command_settings("broken_settings", "echo no such thing; exit 3")
    released = example.manage("heroku_release", **served, **broken)

    assert (released.returncode, released.stderr.count("\n")) == (1, 1)
    assert "\nweb: no such thing\n" in released.stdout


HELD = "sh -c 'echo booting > booting; sleep 600'"


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)],
    ids=["SIGTERM", "Ctrl-C", "SIGKILL"],
)
def test_a_release_that_is_ended_meanwhile_leaves_nothing(
    example: Project, served: dict[str, str], number: signal.Signals, status: int
):
    Path("booting").unlink(missing_ok=True)
    held = command_settings("held_settings", HELD)
    release = example.start("heroku_release", "--only", "smoke", **served, **held)
    wait_until(Path("booting").exists, timeout=30)
    os.kill(release.pid, number)
    release.communicate(timeout=20)

    assert release.returncode == status
    wait_until(lambda: not left_over())


# --- it is left out ------------------------------------------------------------------------


def test_one_setting_turns_it_off():
    assert boot("exit 1", RELEASE_SMOKE=False).done == (
        "skipped: HEROKU_SUPPORT_RELEASE_SMOKE = False"
    )


def test_without_a_command_it_says_how_to_name_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    done = boot(variables={**ON_DYNO, "HOME": str(tmp_path)}).done

    assert done.startswith("skipped: there is neither a Procfile nor a heroku.yml in")
    assert "HEROKU_SUPPORT_RELEASE_SMOKE_COMMAND = " in done


def test_a_dyno_too_small_for_both_leaves_it_out_with_the_figures(tmp_path: Path):
    (tmp_path / "memory.max").write_text(str(64 * 1024 * 1024))
    done = boot(SERVER, variables=ON_DYNO, cgroup=tmp_path).done

    assert re.match(
        r"skipped: this dyno has 64 MB, and .* about \d+ MB\. .*SMOKE = False$", done
    )


def test_a_limit_of_this_machine_is_none_of_a_dyno(tmp_path: Path):
    (tmp_path / "memory.max").write_text(str(64 * 1024 * 1024))

    assert boot(SERVER, cgroup=tmp_path).done.startswith("live and ready")


def test_where_nobody_knows_the_memory_it_is_booted(tmp_path: Path):
    dyno = Dyno.from_environ(ON_DYNO, argv=[])

    assert smoke.lacking_memory(dyno, statm=tmp_path / "missing") == ""


def test_a_system_without_a_shell_leaves_it_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Windows, on which this suite does not run.
    monkeypatch.setattr(process_group, "SHELL", tmp_path / "sh")

    assert boot("exit 1").done == f"skipped: this system has no {tmp_path / 'sh'}"
