"""
The steps of a Dockerfile, one after another, in folders in place of an image: the example's, and
those that ``heroku_init`` writes for a uv and for a Poetry project.

No image can be built where there is no Docker. What a folder does not show: Debian's packages, and
that the user is not root.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from dockerfile_parse import DockerfileParser
from pip._internal.models.index import PyPI

from heroku_support.manifests.project import TARGETS
from heroku_support.scaffold.installing import POETRY, UV
from tests.processes import EXAMPLE, NO_SMOKE, Project, environment
from tests.scaffold import projects
from tests.servers.postgres import free_port

pytestmark = [pytest.mark.services, pytest.mark.timeout(900)]

ROOT = EXAMPLE.parent
# A machine may trust an authority of its own.
CERTIFICATES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
TRUST = {name: os.environ[name] for name in CERTIFICATES if name in os.environ}
LOCKERS = {"uv": (UV, "uv lock"), "poetry": (POETRY, "poetry lock --no-interaction")}
# Poetry wants an end, for django-environ has one.
PYPROJECT = """\
[project]
name = "shop"
version = "1"
requires-python = ">=3.13,<3.14"
dependencies = [
    "django~=5.2.0",
    "django-heroku-support[postgres] @ {wheel}",
]
"""
# Where the index has no more than the pages that pip reads, Poetry is to read these too.
SIMPLE = f"""
[[tool.poetry.source]]
name = "simple"
url = "{PyPI.simple_url}/"
"""


@dataclass
class Image:
    """
    What the instructions have made.

    :param base: its folders /app, /venv and /usr/local are the image's.
    :param project: where it copies from.
    :param skipped: instructions for which a folder is no place.
    """

    base: Path
    project: Path
    variables: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def path(self, text: str) -> str:
        """
        Return a text with the image's folders in place of those of an image.
        """
        return re.sub(r"(?<![\w.])/(venv|app|usr/local)\b", rf"{self.base}/\1", text)

    def environ(self, **more: str) -> dict[str, str]:
        """
        Return the variables of a process: those of ENV, and nothing of the tests' own.
        """
        found = environment(**TRUST, **self.variables, **more)
        path = self.variables.get("PATH", "$PATH").replace("$PATH", os.environ["PATH"])
        # In front, the image's; behind it, its Python, which `python` is before /venv is there.
        own, _, rest = path.partition(":")
        first = self.base / "usr" / "local" / "bin"
        caches = {"XDG_CACHE_HOME": str(self.base / "cache")}
        return {**found, **caches, "PATH": f"{own}:{first}:{rest}"}

    def do(self, instruction: str, value: str) -> None:
        """
        Carry out one instruction.
        """
        if instruction == "ENV":
            for pair in value.split():
                name, _, text = pair.partition("=")
                self.variables[name] = self.path(text)
        elif instruction == "RUN" and not re.match(r"apt-get|useradd", value):
            self.run(self.path(value))
        elif instruction == "COPY" and "--from" not in value:
            self.copy(*value.split())
        elif instruction not in ("FROM", "WORKDIR", "COMMENT", "CMD"):
            self.skipped.append(f"{instruction} {value.split()[0]}")

    def run(self, command: str) -> None:
        """
        Run a command in /app.
        """
        subprocess.run(
            ["sh", "-euc", command],
            cwd=self.base / "app",
            env=self.environ(PIP_FIND_LINKS=str(self.base / "wheels")),
            check=True,
            timeout=500,
        )

    def copy(self, *names: str) -> None:
        """
        Copy from the project what .dockerignore leaves.
        """
        *sources, _ = names
        ignored = (self.project / ".dockerignore").read_text().split()
        for path in self.project.iterdir():
            if any(fnmatch(path.name, each.removeprefix("**/")) for each in ignored):
                continue
            if any(each == "." or fnmatch(path.name, each) for each in sources):
                target = self.base / "app" / path.name
                if path.is_dir():
                    caches = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(path, target, ignore=caches)
                else:
                    shutil.copy(path, target)


def python(version: str) -> str:
    """
    Return the program of this Python; tests are not skipped.
    """
    found = shutil.which(f"python{version}")
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    assert found or pyenv, f"There is no Python {version}: pyenv install {version}"
    return str(pyenv[-1]) if pyenv else str(found)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*command, "--wheel-dir", folder, ROOT], check=True)
    (found,) = folder.iterdir()
    return found


def locked(folder: Path, manager: str, wheel: Path) -> None:
    """
    Make a project with a lock, by the manager's own program.
    """
    projects.plain(folder)
    text = PYPROJECT.format(wheel=wheel.as_uri())
    (folder / "pyproject.toml").write_text(
        text + (SIMPLE if manager == "poetry" else "")
    )
    package, command = LOCKERS[manager]
    tools = folder.parent / "tools"
    subprocess.run([python("3.13"), "-m", "venv", tools], check=True)
    environ = environment(
        **TRUST,
        PATH=f"{tools / 'bin'}:{os.environ['PATH']}",
        VIRTUAL_ENV=str(tools),
        XDG_CACHE_HOME=str(tools / "cache"),
        UV_PYTHON=python("3.13"),  # it would download one
    )
    for line in (f"pip install --quiet {package}", command):
        subprocess.run(line.split(), cwd=folder, env=environ, check=True, timeout=400)


@pytest.fixture(scope="module", params=["example", *LOCKERS])
def project(
    request: pytest.FixtureRequest,
    wheel: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """
    A project whose Dockerfile is looked at.
    """
    if request.param == "example":
        return EXAMPLE
    folder = tmp_path_factory.mktemp(request.param) / "shop"
    locked(folder, request.param, wheel)
    init(folder, "container")
    return folder


def init(folder: Path, target: str) -> None:
    command = (sys.executable, "-m", "heroku_support", "init")
    written = Project(folder).run(*command, "--yes", "--target", target)
    assert written.returncode == 0, written.stderr
    assert "to be run" not in written.stdout


@pytest.fixture(scope="module")
def instructions(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, str]]:
    # The parser would write beside the file.
    path = tmp_path_factory.mktemp("dockerfile") / "Dockerfile"
    shutil.copy(project / "Dockerfile", path)
    found: list[dict[str, str]] = DockerfileParser(str(path)).structure
    return found


@pytest.fixture(scope="module")
def image(
    project: Path,
    instructions: list[dict[str, str]],
    wheel: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Image]:
    base = tmp_path_factory.mktemp("image")
    (base / "app").mkdir()
    version = re.search(r"python:(3\.\d+)", instructions[0]["value"])
    assert version
    make = [python(version[1]), "-m", "venv", base / "usr" / "local"]
    subprocess.run(make, check=True)
    shutil.copytree(wheel.parent, base / "wheels")
    image = Image(base, project)
    for each in instructions:
        image.do(each["instruction"], each["value"])
    yield image
    shutil.rmtree(base)


@pytest.mark.parametrize("project", LOCKERS, indirect=True, scope="module")
@pytest.mark.parametrize("target", TARGETS)
def test_a_locked_projects_files_are_clean(target: str, project: Path, tmp_path: Path):
    folder = tmp_path / "shop"
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("heroku.yml", "Dockerfile", ".dockerignore", "app.json"):
        (folder / name).unlink()
    init(folder, target)
    again = Project(folder).run(
        sys.executable, "-m", "heroku_support", "init", "--check"
    )
    doctor = Project(folder).run(
        sys.executable, "-m", "heroku_support", "doctor", "--strict"
    )

    assert (again.returncode, again.stdout) == (0, "Up to date.\n")
    assert doctor.stdout.startswith("Nothing found."), doctor.stdout
    assert f"Target: {target}" in doctor.stdout


def test_each_step_is_carried_out_but_those_of_the_system(image: Image):
    assert image.skipped == [
        "RUN apt-get",
        "RUN useradd",
        "COPY --from=build",
        "COPY --from=build",
        "USER 1000",
    ]


def test_static_files_are_collected_without_a_config_var(image: Image):
    assert list((image.base / "app" / "staticfiles").rglob("*.css.gz"))


def test_nothing_comes_into_it_that_is_ignored(image: Image):
    names = {path.name for path in (image.base / "app").iterdir()}

    assert "manage.py" in names
    assert not {".env", ".git", "db.sqlite3"} & names


def test_its_release_migrates(image: Image, project: Path, sqlite_url: str):
    manifest = yaml.safe_load((project / "heroku.yml").read_text())
    (command,) = manifest["release"]["command"]
    done = subprocess.run(
        [*command.split(), *NO_SMOKE],
        cwd=image.base / "app",
        env=image.environ(SECRET_KEY="t" * 50, DATABASE_URL=sqlite_url),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    assert re.search(r"migrate: \d+ applied", done.stdout)


def test_its_command_serves_the_app(
    image: Image, instructions: list[dict[str, str]], sqlite_url: str
):
    (command,) = (
        json.loads(each["value"])
        for each in instructions
        if each["instruction"] == "CMD"
    )
    port = free_port()
    environ = image.environ(
        PORT=str(port),
        GUNICORN_CMD_ARGS=f"--bind 127.0.0.1:{port}",
        SECRET_KEY="t" * 50,
        DATABASE_URL=sqlite_url,
        WEB_CONCURRENCY="1",
    )
    command[0] = str(image.base / "venv" / "bin" / command[0])
    with Project(image.base / "app").serve(command, port, environ) as server:
        assert server.get("/health/live").text == "ok"
