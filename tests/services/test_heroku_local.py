"""
The example project under Heroku's own client: ``heroku local``.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import DYNO, Project, Server, environment
from tests.servers.postgres import free_port
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.services

CLIENT = Path(__file__).parents[2] / ".services" / "node_modules" / ".bin" / "heroku"
# It asks nobody anything, and tells nobody either.
QUIET = {
    "HEROKU_DISABLE_TELEMETRY": "true",
    "DISABLE_TELEMETRY": "true",
    "HEROKU_SKIP_NEW_VERSION_CHECK": "1",
}


# The smoke's server would listen on every address.
NO_SMOKE = "from config.settings import *\nHEROKU_SUPPORT_RELEASE_SMOKE = False\n"


@pytest.fixture
def variables(example: Project, tmp_path: Path, sqlite_url: str) -> dict[str, str]:
    here = Path(sys.executable).parent
    (example.directory / "loopback_settings.py").write_text(NO_SMOKE)
    return environment(
        **QUIET,
        HOME=str(tmp_path),
        PATH=f"{here}{os.pathsep}{os.environ['PATH']}",
        DJANGO_SETTINGS_MODULE="loopback_settings",
        SECRET_KEY=DYNO["SECRET_KEY"],
        DATABASE_URL=sqlite_url,
        WEB_CONCURRENCY="1",
    )


@pytest.fixture
def served(example: Project, variables: dict[str, str]) -> Iterator[Server]:
    """
    The Procfile's web process, bound to loopback by the variable that gunicorn reads.
    """
    run(example, "release", variables)
    port = free_port()
    environ = {
        **variables,
        "PORT": str(port),
        "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}",
    }
    log = example.directory / "heroku-local.log"
    with log.open("wb") as output:
        client = subprocess.Popen(
            [CLIENT, "local", "web", "--port", str(port)],
            cwd=example.directory,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, to be ended whole
        )
    server = Server(port, client, log)
    try:
        wait_until(lambda: answers(server), timeout=60)
        yield server
    finally:
        os.killpg(client.pid, signal.SIGTERM)
        client.wait(timeout=30)
        wait_until(lambda: not answers(server), timeout=30)


def run(
    project: Project, process: str, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CLIENT, "local", process],
        cwd=project.directory,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


def answers(server: Server) -> bool:
    try:
        return server.get("/health/live").text == "ok"
    except OSError:
        return False


def test_heroku_local_serves_the_example(served: Server):
    assert served.get("/", headers={}).status == 200
    assert "web.1" in served.output


def test_heroku_local_runs_the_release(example: Project, variables: dict[str, str]):
    assert re.search(r"migrate: \d+ applied", run(example, "release", variables).stdout)
