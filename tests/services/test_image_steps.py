"""
The steps of the example's Dockerfile, one after another, in folders in place of an image.

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
from dockerfile_parse import DockerfileParser

from tests.processes import EXAMPLE, Project, environment
from tests.servers.postgres import free_port

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]

ROOT = EXAMPLE.parent


@dataclass
class Image:
    """
    What the instructions have made.

    :param base: its folders /app and /venv are the image's.
    :param skipped: instructions for which a folder is no place.
    """

    base: Path
    python: str
    variables: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def path(self, text: str) -> str:
        """
        Return a text with the image's folders in place of those of an image.
        """
        return re.sub(r"(?<![\w.])/(venv|app)\b", rf"{self.base}/\1", text)

    def environ(self, **more: str) -> dict[str, str]:
        """
        Return the variables of a process: those of ENV, and nothing of the tests' own.
        """
        found = environment(**self.variables, **more)
        path = self.variables.get("PATH", "$PATH").replace("$PATH", os.environ["PATH"])
        first = Path(self.python).parent
        # In front, the image's; behind it, its Python, which `python` is before /venv is there.
        own, _, rest = path.partition(":")
        return {**found, "PATH": f"{own}:{first}:{rest}"}

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
        ignored = (EXAMPLE / ".dockerignore").read_text().split()
        for path in EXAMPLE.iterdir():
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
def instructions(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    # The parser would write beside the file.
    path = tmp_path_factory.mktemp("dockerfile") / "Dockerfile"
    shutil.copy(EXAMPLE / "Dockerfile", path)
    found: list[dict[str, str]] = DockerfileParser(str(path)).structure
    return found


@pytest.fixture(scope="module")
def image(
    instructions: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Image]:
    base = tmp_path_factory.mktemp("image")
    (base / "app").mkdir()
    version = re.search(r"python:(3\.\d+)", instructions[0]["value"])
    assert version
    image = Image(base, python(version[1]))
    wheel = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*wheel, "--wheel-dir", base / "wheels", ROOT], check=True)
    for each in instructions:
        image.do(each["instruction"], each["value"])
    yield image
    shutil.rmtree(base)


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

    assert {"manage.py", "config"} < names
    assert not {".env", ".git", "db.sqlite3"} & names


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
