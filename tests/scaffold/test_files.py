"""
The files that are written: each is clean to the doctor, for each target and whatever is used.
"""

from __future__ import annotations

import itertools
import json
import subprocess
from pathlib import Path

import pytest
import yaml

from heroku_support.manifests.doctor import examine
from heroku_support.manifests.project import TARGETS, Project
from heroku_support.manifests.toml_text import parse
from heroku_support.scaffold import files
from heroku_support.scaffold.files import FILES, WORKFLOW
from heroku_support.scaffold.installing import IMAGE_INSTALL
from heroku_support.scaffold.survey import FEATURES, Survey
from tests.scaffold.surveys import survey

MANAGERS = sorted(IMAGE_INSTALL)
LOCKS = {
    "pip": "requirements.txt",
    "uv": "uv.lock",
    "poetry": "poetry.lock",
    "pipenv": "Pipfile.lock",
}


def write(folder: Path, project: Survey) -> None:
    for path, file in FILES[project.target].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(file(project))
    (folder / "manage.py").touch()
    (folder / "shop").mkdir(exist_ok=True)
    for name in ("wsgi.py", "asgi.py", "settings.py"):
        (folder / "shop" / name).touch()
    (folder / LOCKS[project.manager]).write_text(
        "{}" if project.manager == "pipenv" else ""
    )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "features",
    [(), FEATURES, *([each] for each in FEATURES)],
    ids=lambda each: "-".join(each) or "plain",
)
def test_the_doctor_finds_nothing(
    target: str, features: tuple[str, ...], tmp_path: Path
):
    # As the reader finds them: what hands tasks or messages on needs a store.
    store = {"redis"} if {"beat", "celery", "channels"} & {*features} else set()
    write(tmp_path, survey(*{*features, *store}, target=target))

    for asked_for in (None, target):
        found = examine(Project(tmp_path, asked_for)).findings
        assert [each for each in found if each.severity != "info"] == []


@pytest.mark.parametrize("manager", MANAGERS)
@pytest.mark.parametrize("target", TARGETS)
def test_the_doctor_finds_nothing_with_any_manager(
    manager: str, target: str, tmp_path: Path
):
    write(tmp_path, survey(target=target, manager=manager))
    found = examine(Project(tmp_path)).findings

    assert [each for each in found if each.severity != "info"] == []


def test_the_target_is_known_again_from_the_files(tmp_path: Path):
    for target in TARGETS:
        (tmp_path / target).mkdir()
        write(tmp_path / target, survey(target=target))

        assert Project(tmp_path / target).target.name == target


def test_an_asgi_project_is_served_as_one():
    assert "gunicorn -k" not in files.procfile(survey())
    assert files.procfile(survey("asgi")).endswith(
        "web: gunicorn -c python:heroku_support.gunicorn -k asgi shop.asgi\n"
    )
    assert '"-k", "asgi", "shop.asgi"]' in files.dockerfile(survey("asgi"))


def test_a_worker_and_a_beat_are_there_where_they_are_needed():
    assert "worker" not in files.procfile(survey())
    assert "\nbeat:" not in files.procfile(survey("celery"))
    assert "\nbeat: celery -A shop beat" in files.procfile(survey("celery", "beat"))


def test_all_processes_of_a_container_run_in_one_image():
    manifest = yaml.safe_load(files.heroku_yml(survey("celery", "beat")))

    assert list(manifest["build"]["docker"]) == ["web"]
    assert manifest["release"]["image"] == "web"
    assert {
        each["image"] for name, each in manifest["run"].items() if name != "web"
    } == {"web"}


@pytest.mark.parametrize(
    ("target", "keys"),
    [("cedar", {"stack", "buildpacks"}), ("container", {"stack"}), ("fir", set())],
)
def test_app_json_says_of_the_build_what_the_target_reads(target: str, keys: set[str]):
    manifest = json.loads(files.app_json(survey(target=target)))

    assert {"stack", "buildpacks"} & manifest.keys() == keys


def test_a_review_app_has_a_database_and_a_superuser():
    manifest = json.loads(files.app_json(survey("celery", "redis")))
    review = manifest["environments"]["review"]

    assert review["addons"] == ["heroku-postgresql:essential-0"]
    assert list(review["formation"]) == ["web"]
    assert manifest["env"]["DJANGO_SUPERUSER_PASSWORD"]["generator"] == "secret"


def test_uploads_have_a_bucket_also_in_a_review_app():
    manifest = json.loads(files.app_json(survey("media")))

    assert "bucketeer" in manifest["addons"]
    assert "bucketeer" in manifest["environments"]["review"]["addons"]


def test_geos_buildpack_stands_before_pythons():
    manifest = json.loads(files.app_json(survey("geo")))

    assert [each["url"].rpartition("/")[2] for each in manifest["buildpacks"]] == [
        "heroku-geo-buildpack.git",
        "python",
    ]


def test_the_libraries_of_places_are_installed():
    assert "gdal-bin" in files.dockerfile(survey("geo"))
    assert "gdal-bin" not in files.dockerfile(survey())
    toml = parse(files.project_toml(survey("geo")))
    assert toml["com"]["heroku"]["buildpacks"]["deb-packages"]["install"] == [
        "gdal-bin"
    ]
    assert "io" not in parse(files.project_toml(survey()))


@pytest.mark.parametrize("manager", MANAGERS)
def test_each_step_of_the_workflow_is_a_command(manager: str):
    for features in ((), FEATURES):
        jobs = yaml.safe_load(files.workflow(survey(*features, manager=manager)))[
            "jobs"
        ]
        runs = [step["run"] for step in jobs["test"]["steps"] if "run" in step]

        for run in runs:
            # A shell reads it, and runs nothing.
            subprocess.run(["bash", "-n"], input=run, text=True, check=True)
        assert any("doctor --strict" in run for run in runs)
        assert any("check --deploy" in run for run in runs)


def test_tests_are_run_by_whatever_runs_them():
    assert "run: pytest\n" in files.workflow(survey(has_pytest=True))
    assert "run: python manage.py test\n" in files.workflow(survey())


def test_what_the_tests_need_is_installed_with_them():
    text = files.workflow(survey(test_requirements="requirements-test.txt"))

    assert "-r requirements.txt -r requirements-test.txt 'django" in text


def test_each_file_ends_in_one_line_end():
    for target, features in itertools.product(TARGETS, ((), FEATURES)):
        for path, file in FILES[target].items():
            text = file(survey(*features, target=target))
            assert text.endswith("\n") and not text.endswith("\n\n"), path
            assert "${" not in text or path == WORKFLOW, path
