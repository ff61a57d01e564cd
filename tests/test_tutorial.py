"""
The tutorial, followed as it is written from an empty folder, up to where it needs an account.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.processes import HTTPS, Project, environment
from tests.servers.postgres import free_port

PAGE = Path(__file__).parents[1] / "docs" / "tutorial" / "deploy-a-django-app.md"
BLOCK = re.compile(r"(?:`([\w/]+\.py)`[^`]*\n\n)?```(python|console)\n(.*?)```", re.S)
# The tests' own environment has the package, and no server is to listen for ever.
NOT_HERE = ("python -m venv", ". .venv", "pip install", "mkdir")
SERVERS = ("runserver", "gunicorn")
APPS = "INSTALLED_APPS = [\n"

pytestmark = pytest.mark.long


@pytest.fixture
def corkboard(tmp_path: Path) -> Project:
    (tmp_path / "corkboard").mkdir()
    return Project(tmp_path / "corkboard")


def steps() -> list[tuple[str, str, str]]:
    """
    Return the blocks up to the fourth part: the file that one is for, its kind and its text.
    """
    text = PAGE.read_text().partition("\n## 4.")[0]
    return [(match[1] or "", match[2], match[3]) for match in BLOCK.finditer(text)]


def variables(folder: Path) -> dict[str, str]:
    here = Path(sys.executable).parent
    return environment(
        PATH=f"{here}{os.pathsep}{os.environ['PATH']}",
        HOME=str(folder.parent),
        GIT_CONFIG_NOSYSTEM="1",
        GIT_AUTHOR_NAME="Ada",
        GIT_AUTHOR_EMAIL="ada@example.com",
        GIT_COMMITTER_NAME="Ada",
        GIT_COMMITTER_EMAIL="ada@example.com",
    )


def follow(project: Project) -> dict[str, str]:
    """
    Do what the page says; return what each command printed.
    """
    printed = {}
    for name, kind, text in steps():
        if kind == "python":
            path = project.directory / name
            is_part = text.startswith(APPS)
            path.write_text(path.read_text().replace(APPS, text) if is_part else text)
            continue
        for line in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
            if line.startswith(NOT_HERE) or any(each in line for each in SERVERS):
                continue
            answer = "printf 'y\\n' | " if line.endswith(" init") else ""
            done = project.run(
                *("bash", "-c", f"{answer}{line}"), **variables(project.directory)
            )
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
            printed[line] = done.stdout + done.stderr
    return printed


def test_the_tutorial_does_what_it_says(corkboard: Project):
    printed = follow(corkboard)
    table = PAGE.read_text().partition("## 2.")[2].partition("On your machine")[0]
    named = re.findall(r"`([\w./-]+)`(?=[^|]*\|[^|]*\|$)", table, re.MULTILINE)
    port = free_port()
    line = next(
        line
        for _, _, text in steps()
        for line in text.splitlines()
        if "gunicorn" in line
    )
    command = line.removeprefix("$ ").replace("8000", str(port))
    environ = {
        **variables(corkboard.directory),
        "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}",
        "WEB_CONCURRENCY": "1",
    }
    with corkboard.serve(
        ["bash", "-c", f"exec env {command}"], port, environ
    ) as server:
        board, admin, ready = (
            server.get(path, {**HTTPS, "Host": "127.0.0.1"})
            for path in ("/", "/admin/login/", "/health/ready")
        )

    assert [name for name in named if not (corkboard.directory / name).exists()] == []
    assert "Nothing found." in printed["python -m heroku_support doctor --strict"]
    assert "OK" in printed["python manage.py test"]
    assert "<h1>Corkboard</h1>" in board.text
    assert re.search(r"base\.[0-9a-f]{12}\.css", admin.text)
    assert ready.text == '{"status":"pass"}'


def test_the_commit_has_no_secret(corkboard: Project):
    follow(corkboard)
    listed = corkboard.run("git", "ls-files").stdout.split()

    assert "Procfile" in listed
    assert ".env" not in listed
