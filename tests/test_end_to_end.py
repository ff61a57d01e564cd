"""
The example project as a newcomer meets it: build, wrong settings, pages.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.processes import DYNO, EXAMPLE, Project

CANARY = "Zq7-kWx9"
BUILD = {"BUILD_DIR": "/tmp/build", "CACHE_DIR": "/tmp/cache", "ENV_DIR": "/tmp/env"}


@pytest.fixture
def bare_example(tmp_path: Path) -> Project:
    """
    The example project before any build.
    """
    left_out = shutil.ignore_patterns("*.sqlite3", ".env", "staticfiles", "__pycache__")
    shutil.copytree(EXAMPLE, tmp_path / "app", ignore=left_out)
    return Project(tmp_path / "app")


# --- the build -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "variables",
    [
        {**BUILD, "DYNO": "run.1", "STACK": "heroku-24", "SOURCE_VERSION": "abc"},
        {"CNB_STACK_ID": "heroku-24", "CNB_TARGET_OS": "linux"},
        {},
    ],
    ids=["classic", "cnb", "docker"],
)
def test_static_files_are_collected_without_any_config_var(
    bare_example: Project, variables: dict[str, str]
):
    built = bare_example.manage("collectstatic", "--no-input", **variables)
    manifest = bare_example.directory / "staticfiles" / "staticfiles.json"
    paths = json.loads(manifest.read_text())["paths"]

    assert (built.returncode, built.stderr) == (0, "")
    assert re.fullmatch(r"places/survey\.[0-9a-f]{12}\.css", paths["places/survey.css"])


def test_heroku_ci_tests_without_collected_static_files(bare_example: Project):
    heroku_ci = {"CI": "true", "DYNO": "run.1", "HEROKU_TEST_RUN_ID": "1"}
    tested = bare_example.manage("test", **heroku_ci)

    assert tested.returncode == 0, tested.stderr


# --- a review app --------------------------------------------------------------------------


def test_a_review_app_is_filled_by_the_line_of_its_manifest(
    example: Project, survey: Path, tmp_path: Path
):
    shutil.copy(survey, tmp_path / "db.sqlite3")
    manifest = json.loads((EXAMPLE / "app.json").read_text())
    line = manifest["environments"]["review"]["scripts"]["postdeploy"]
    filled = example.manage(
        *line.removeprefix("python manage.py ").split(),
        SECRET_KEY=DYNO["SECRET_KEY"],
        DATABASE_URL=f"sqlite:///{tmp_path / 'db.sqlite3'}",
    )

    assert filled.stdout == "35 places and answers are new.\n"


# --- wrong settings ------------------------------------------------------------------------

WRONG = {
    "DYNO": "web.1",
    "DATABASE_URL": f"postgres://app:{CANARY}@db.example.com:port/app",
    "WEB_CONCURRENCY": "two",
}


@pytest.mark.parametrize("command", ["heroku_release", "check", "migrate", "help"])
def test_all_problems_are_listed_at_once_each_with_its_fix(
    example: Project, command: str
):
    refused = example.manage(command, **WRONG)
    printed = refused.stdout + refused.stderr
    last = (
        printed.rstrip().splitlines()[-6:]
        if command != "help"
        else printed.splitlines()
    )

    for variable in ("SECRET_KEY", "DATABASE_URL", "WEB_CONCURRENCY"):
        assert any(line.startswith(f"  {variable} ") for line in last), printed
        assert any(f"heroku config:set {variable}=" in line for line in last), printed
    assert CANARY not in printed


def test_one_wrong_variable_is_one_problem(example: Project):
    refused = example.manage("check", **DYNO)

    assert "1 problem with this app's configuration (phase: dyno):" in refused.stderr
    assert refused.stderr.rstrip().endswith(
        "addons:create heroku-postgresql:essential-0"
    )


# --- pages ---------------------------------------------------------------------------------


def test_the_pages_of_a_released_example_answer(example: Project, sqlite_url: str):
    # Locally: SQLite on a dyno is refused. The hosts are this machine's.
    local = {"SECRET_KEY": DYNO["SECRET_KEY"], "DATABASE_URL": sqlite_url}
    released = example.release(**local)
    with example.gunicorn(WEB_CONCURRENCY="1", **local) as server:
        pages = (
            "/",
            "/about/",
            "/add/",
            "/admin/login/",
            "/health/live",
            "/health/ready",
        )
        answers = {page: server.get(page).status for page in pages}
        style = re.search(r'href="(/static/[^"]+\.css)"', server.get("/").text)
        assert style is not None
        static = server.get(style[1])

    assert released.returncode == 0
    assert answers == dict.fromkeys(answers, 200)
    assert re.search(r"\.[0-9a-f]{12}\.css$", style[1])
    assert static.headers["cache-control"] == "max-age=315360000, public, immutable"
