"""
A project as its author had it becomes one that Heroku runs, by ``heroku_init`` alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes import DYNO, HTTPS, NO_SMOKE, Project
from tests.scaffold import projects
from tests.servers.postgres import Database, PostgresServer

HOST = "shop.herokuapp.com"
# A host that is not local by its name, and is by its address.
REMOTE = {"host": "db.example.com", "hostaddr": "127.0.0.1"}
ON_DYNO = {
    **DYNO,
    "SECRET_KEY": "Kf8-wQz2xTn5" * 5,
    "HEROKU_APP_DEFAULT_DOMAIN_NAME": HOST,
}
# The page at /health/ is there, and for staff.
ANSWERS = {
    "/health/live": 200,
    "/health/ready": 200,
    "/health/": 403,
    "/admin/login/": 200,
}
# Nobody asks it anything: tasks and channels are there, and no message is.
STORE = {"REDIS_URL": "rediss://:Kf8-wQz2@store.example.com:6379"}


@pytest.fixture
def database(postgres_newest: PostgresServer) -> Iterator[Database]:
    database = postgres_newest.create_database()
    yield database
    database.drop()


def deploy(project: Project, database: Database, **variables: str) -> dict[str, int]:
    """
    Do what a deploy does; return what its pages answer, and the status of each step.
    """
    variables = {**ON_DYNO, **variables, "DATABASE_URL": database.url(**REMOTE)}
    python = (sys.executable, "-m", "heroku_support")
    steps = {
        "init": project.run(*python, "init", "--yes"),
        "doctor": project.run(*python, "doctor", "--strict"),
        "build": project.manage("collectstatic", "--no-input"),
        "release": project.manage(
            "heroku_release", *NO_SMOKE, **{**variables, "DYNO": "release.1"}
        ),
        "check": project.manage(
            "check", "--deploy", "--fail-level", "WARNING", **variables
        ),
        "init again": project.manage("heroku_init", "--check", **variables),
    }
    said = {name: each.stdout + each.stderr for name, each in steps.items()}
    assert {name: each.returncode for name, each in steps.items()} == dict.fromkeys(
        steps, 0
    ), said
    web = (project.directory / "Procfile").read_text().partition("web: ")[2]
    words = web.splitlines()[0].partition("heroku_support.gunicorn ")[2].split()
    with project.gunicorn(*words[:-1], application=words[-1], **variables) as server:
        headers = {**HTTPS, "Host": HOST}
        return {page: server.get(page, headers).status for page in ANSWERS}


@pytest.mark.parametrize(
    ("kind", "variables"),
    [(projects.plain, {}), (projects.with_tasks_and_channels, STORE)],
    ids=["plain", "tasks-and-channels"],
)
def test_a_project_is_deployable_by_one_command(
    kind: Callable[[Path], Project],
    variables: dict[str, str],
    tmp_path: Path,
    database: Database,
):
    answers = deploy(kind(tmp_path / "shop"), database, **variables)

    assert answers == ANSWERS


def test_on_its_authors_machine_it_runs_as_before(tmp_path: Path):
    project = projects.plain(tmp_path / "shop")
    project.run(sys.executable, "-m", "heroku_support", "init", "--yes")
    shown = project.manage(
        *("shell", "--no-imports", "-c"),
        "from django.conf import settings as s;"
        "print(s.DEBUG, s.SECRET_KEY[:0], s.DATABASES['default']['NAME'])",
    )

    assert shown.stdout.split() == ["True", str(project.directory / "db.sqlite3")]
