"""
Each form of the example project under Heroku's own client: ``heroku local``.

The client reads a Procfile and no heroku.yml: of an image it runs what heroku.yml says, line by
line, by ``--start-cmd``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from heroku_support.manifests import project as manifests
from heroku_support.manifests.doctor import examine
from tests.processes import DYNO, Project, Server, environment
from tests.servers.postgres import free_port
from tests.servers.valkey import ValkeyServer
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
# The files that the others read. app.json is of all of them, with what its target reads.
OTHERS = {
    "cedar": ("heroku.yml", "Dockerfile", ".dockerignore", "project.toml"),
    "container": ("Procfile", "project.toml"),
    "fir": ("heroku.yml", "Dockerfile", ".dockerignore"),
}


@dataclass(frozen=True)
class Form:
    """
    The example as it is pushed to one target.
    """

    target: str
    project: Project

    def command(self, process: str) -> list[str]:
        """
        Return what has the client run a process.
        """
        if self.target != "container":
            return [str(CLIENT), "local", process]
        manifest = yaml.safe_load((self.project.directory / "heroku.yml").read_text())
        found = {**manifest["run"], "release": manifest["release"]}[process]
        line = found if isinstance(found, str) else found["command"][0]
        return [str(CLIENT), "local", "--start-cmd", line]


@pytest.fixture(scope="module", params=OTHERS)
def form(
    request: pytest.FixtureRequest,
    example: Project,
    tmp_path_factory: pytest.TempPathFactory,
) -> Form:
    folder = tmp_path_factory.mktemp(request.param) / "app"
    left_out = shutil.ignore_patterns(*OTHERS[request.param], "__pycache__", "*.log")
    shutil.copytree(example.directory, folder, ignore=left_out)
    if request.param != "cedar":
        manifest = json.loads((folder / "app.json").read_text())
        for key in ("stack", "buildpacks"):
            del manifest[key]
        if request.param == "container":
            manifest["stack"] = "container"
        (folder / "app.json").write_text(json.dumps(manifest))
    (folder / "loopback_settings.py").write_text(NO_SMOKE)
    return Form(request.param, Project(folder))


@pytest.fixture
def variables(tmp_path: Path, sqlite_url: str) -> dict[str, str]:
    here = Path(sys.executable).parent
    return environment(
        **QUIET,
        HOME=str(tmp_path),
        PATH=f"{here}{os.pathsep}{os.environ['PATH']}",
        DJANGO_SETTINGS_MODULE="loopback_settings",
        SECRET_KEY=DYNO["SECRET_KEY"],
        DATABASE_URL=sqlite_url,
        WEB_CONCURRENCY="1",
    )


@contextmanager
def running(form: Form, process: str, variables: dict[str, str]) -> Iterator[Server]:
    """
    Run a process by the client; end it, and everything that it started, afterwards.
    """
    port = free_port()
    # Bound to loopback by the variable that gunicorn reads.
    bind = {"PORT": str(port), "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}"}
    log = form.project.directory / f"{process}.log"
    with log.open("wb") as output:
        client = subprocess.Popen(
            form.command(process),
            cwd=form.project.directory,
            env={**variables, **bind},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, to be ended whole
        )
    try:
        yield Server(port, client, log)
    finally:
        os.killpg(client.pid, signal.SIGTERM)
        client.wait(timeout=30)
        wait_until(lambda: not is_alive(client.pid), timeout=30)


def is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def answers(server: Server) -> bool:
    try:
        return server.get("/health/live").text == "ok"
    except OSError:
        return False


def release(form: Form, variables: dict[str, str]) -> str:
    done = subprocess.run(
        form.command("release"),
        cwd=form.project.directory,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def test_the_doctor_knows_the_form_and_finds_nothing(form: Form):
    found = examine(manifests.Project(form.project.directory))

    assert found.target.name == form.target
    assert [each for each in found.findings if each.severity != "info"] == []


def test_the_client_runs_release_and_web(form: Form, variables: dict[str, str]):
    assert re.search(r"migrate: \d+ applied", release(form, variables))
    with running(form, "web", variables) as server:
        wait_until(lambda: answers(server), timeout=60)

        assert server.get("/", headers={}).status == 200


def test_the_client_runs_the_worker(
    form: Form, variables: dict[str, str], valkey: ValkeyServer
):
    with running(form, "worker", {**variables, "REDIS_URL": valkey.url()}) as worker:
        wait_until(lambda: " ready." in worker.output, timeout=60)

        assert "places.tasks.hold_advertising" in worker.output


def test_the_client_runs_beat(
    form: Form, variables: dict[str, str], valkey: ValkeyServer
):
    with running(form, "beat", {**variables, "REDIS_URL": valkey.url()}) as beat:
        wait_until(lambda: "beat: Starting..." in beat.output, timeout=60)
