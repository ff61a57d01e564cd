"""
Projects whose settings stand in several modules, demand config vars, or lie in a sub-folder.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from heroku_support.manifests.doctor import examine
from heroku_support.manifests.project import TARGETS, Project
from tests.scaffold import projects
from tests.scaffold.test_command import init

ENV = """\
import environ

env = environ.Env(DEBUG=(bool, False))
SECRET_KEY = env("SECRET_KEY")
ADMIN_URL = env("ADMIN_URL")
SIGNING_SECRET_KEY = env("SIGNING_SECRET_KEY")
DATABASES = {"default": env.db("DATABASE_URL")}
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
"""


@pytest.fixture
def split(tmp_path: Path) -> Path:
    """
    Local settings for manage.py, and others for the server, both of one base.
    """
    folder = projects.plain(tmp_path / "shop").directory
    (folder / "shop" / "settings").mkdir()
    (folder / "shop" / "settings.py").rename(folder / "shop" / "settings" / "base.py")
    for name in ("local", "production"):
        path = folder / "shop" / "settings" / f"{name}.py"
        path.write_text("from .base import *\nfrom .base import INSTALLED_APPS\n")
    (folder / "shop" / "settings" / "__init__.py").touch()
    for path, name in (("manage.py", "local"), ("shop/wsgi.py", "production")):
        text = (folder / path).read_text()
        (folder / path).write_text(
            text.replace("shop.settings", f"shop.settings.{name}")
        )
    return folder


@pytest.fixture
def demanding(tmp_path: Path) -> Path:
    folder = projects.plain(tmp_path / "shop").directory
    settings = folder / "shop" / "settings.py"
    head, _, rest = settings.read_text().partition("# Quick-start")
    apps = rest.index("INSTALLED_APPS")
    databases = rest.index("DATABASES = {")
    end = rest.index("}\n}\n", databases) + 4
    settings.write_text(f"{head}{ENV}{rest[apps:databases]}{rest[end:]}")
    return folder


def troubles(folder: Path, target: str | None = None) -> list[str]:
    found = examine(Project(folder, target)).findings
    return [f"{each.path} {each.rule}" for each in found if each.severity != "info"]


@pytest.mark.parametrize("target", TARGETS)
def test_without_the_app_no_release_needs_its_command(split: Path, target: str):
    _, printed = init(split, "--yes", "--target", target)
    written = "heroku.yml" if target == "container" else "Procfile"

    assert "python manage.py migrate\n" in (split / written).read_text()
    assert "heroku_release" not in (split / written).read_text()
    assert (
        'Add "heroku_support" to INSTALLED_APPS in shop/settings/base.py, then run init'
        " again." in printed
    )


def test_without_the_block_no_env_is_written_that_nobody_reads(split: Path):
    init(split, "--yes")

    assert not (split / ".env").exists()
    assert not (split / ".env.example").exists()


def test_with_the_app_the_release_is_its_command_the_next_time(split: Path):
    init(split, "--yes")
    with (split / "shop" / "settings" / "base.py").open("a") as file:
        file.write('INSTALLED_APPS += ["heroku_support"]\n')
    _, printed = init(split, "--yes")

    assert (
        "release: python manage.py heroku_release\n" in (split / "Procfile").read_text()
    )
    assert "DJANGO_SUPERUSER_USERNAME" in (split / "app.json").read_text()
    assert "INSTALLED_APPS in" not in printed


def test_the_app_is_looked_for_in_no_module_that_cannot_be_read(split: Path):
    (split / "shop" / "settings" / "base.py").write_text("(\n")
    _, printed = init(split, "--yes")

    assert "to INSTALLED_APPS in the module that has it" in printed


def test_the_settings_of_the_server_are_also_the_releases(split: Path):
    _, printed = init(split, "--yes")
    manifest = json.loads((split / "app.json").read_text())
    _, again = init(split, "--yes")

    line = "heroku config:set DJANGO_SETTINGS_MODULE=shop.settings.production\n"
    assert line in printed
    assert (
        manifest["env"]["DJANGO_SETTINGS_MODULE"]["value"] == "shop.settings.production"
    )
    assert line not in again


@pytest.mark.parametrize("target", TARGETS)
def test_what_the_settings_demand_is_declared_and_given_to_the_build(
    demanding: Path, target: str
):
    init(demanding, "--yes", "--target", target)
    variables = json.loads((demanding / "app.json").read_text())["env"]

    assert troubles(demanding, target) == []
    assert variables["SIGNING_SECRET_KEY"]["generator"] == "secret"
    assert variables["ADMIN_URL"]["required"] is True
    assert init(demanding, "--yes")[1] == f"Up to date, for {target}.\n"


def test_what_is_no_name_of_a_variable_is_given_to_nobody(demanding: Path):
    with (demanding / "shop" / "settings.py").open("a") as file:
        file.write('KEY = env("X; id")\n')
    init(demanding, "--yes", "--target", "container")

    assert "X; id" not in (demanding / "app.json").read_text()
    assert "X; id" not in (demanding / "Dockerfile").read_text()


def test_the_checks_of_the_workflow_have_what_the_settings_demand(demanding: Path):
    init(demanding, "--yes")
    workflow = (demanding / ".github" / "workflows" / "heroku.yml").read_text()
    job = yaml.safe_load(workflow)["jobs"]["test"]
    checks = job["steps"][-1]

    assert job["env"]["ADMIN_URL"] == "build"
    assert job["env"]["DATABASE_URL"].startswith("postgres://")
    assert checks["env"]["ALLOWED_HOSTS"] == "shop.herokuapp.com"
    assert 'export SIGNING_SECRET_KEY="$SECRET_KEY"\n' in checks["run"]


def test_a_folder_of_a_repository_is_told_before_anything_is_written(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    backend = projects.plain(tmp_path / "backend").directory
    status, printed = init(backend, answer="n")

    assert status == 0
    assert printed.startswith("note: backend is a folder of the repository")
    assert "git subtree push --prefix backend heroku main\n" in printed
    assert ".github/workflows/heroku.yml\n+" not in printed


def test_the_top_folder_of_a_repository_is_nothing_to_tell(tmp_path: Path):
    shop = projects.plain(tmp_path / "shop").directory
    (shop / ".git").mkdir()

    assert not init(shop, "--diff")[1].startswith("note:")
