"""
Which files are examined for which target, and what is left out.
"""

from __future__ import annotations

import builtins
import subprocess
import time
from pathlib import Path

import pytest

from heroku_support.manifests.doctor import examine
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import rules
from heroku_support.manifests.reporters import as_text
from tests.manifests.examples import diagnose, places, write

BUILD = "build:\n  docker:\n    web: Dockerfile\n"
# Seconds of this process, with the measuring of coverage and on a busy machine. Without, it is
# a fifth; what grows with the square takes minutes.
SOON = 2
BROKEN = {"Procfile": "web gunicorn a\n", "heroku.yml": "run:\n  web: gunicorn a\n"}


@pytest.mark.parametrize(
    ("files", "target"),
    [
        ({"Procfile": "web: x\n"}, "cedar"),
        ({"heroku.yml": BUILD, "Procfile": "web: x\n"}, "container"),
        ({"project.toml": ""}, "fir"),
        ({"app.json": '{"stack": "container"}'}, "container"),
        ({"app.json": '{"stack": "heroku-24"}'}, "cedar"),
    ],
)
def test_the_target_is_guessed_from_the_files(files, target: str, tmp_path: Path):
    assert diagnose(write(tmp_path, files)).target.name == target


def test_what_was_asked_for_is_the_target(tmp_path: Path):
    target = diagnose(write(tmp_path, BROKEN), "fir").target

    assert (target.name, target.why) == ("fir", "asked for")


@pytest.mark.parametrize(
    ("target", "paths"),
    [
        (None, {"Procfile", "heroku.yml"}),
        ("cedar", {"Procfile"}),
        ("fir", {"Procfile"}),
        ("container", {"heroku.yml"}),
    ],
)
def test_files_of_another_target_raise_nothing(target, paths, tmp_path: Path):
    found = diagnose(write(tmp_path, BROKEN), target).findings

    assert {each.path for each in found} == paths


def test_one_file_alone_can_be_examined(tmp_path: Path):
    write(tmp_path, {**BROKEN, "manage.py": ""})
    found = examine(Project(tmp_path, only="Procfile")).findings

    assert [each.rule for each in found] == ["colon-missing"]


def test_one_dockerfile_alone_can_be_examined(tmp_path: Path):
    write(tmp_path, {"Dockerfile.prod": "FROM heroku/heroku:18\n", "Dockerfile": "?"})
    found = examine(Project(tmp_path, only="Dockerfile.prod")).findings

    assert [each.rule for each in found] == ["base-retired"]


@pytest.mark.parametrize("name", ["manage.py", "app-ci.json", "requirements.txt"])
def test_a_file_alone_lacks_nothing(name: str, tmp_path: Path):
    write(tmp_path, {name: "", "procfile": "", "poetry.lock": ""})
    found = examine(Project(tmp_path, only=name)).findings

    assert [each.path for each in found if each.path != name] == []


def test_a_rule_can_be_left_out(tmp_path: Path):
    diagnosis = diagnose(write(tmp_path, BROKEN), ignore={"colon-missing"})

    assert places(diagnosis, "colon-missing") == []
    assert diagnosis.ignored == 1


@pytest.mark.parametrize(
    ("comment", "ignored"),
    [
        ("# heroku-doctor: ignore process-duplicate", True),
        ("# heroku-doctor: ignore crlf, process-duplicate", True),
        ("#heroku-doctor:ignore process-duplicate", True),
        ("# heroku-doctor: ignore crlf", False),
        ("# heroku-doctor: ignore", False),
        ("# process-duplicate", False),
    ],
)
def test_a_comment_above_leaves_out_what_it_names(comment, ignored, tmp_path: Path):
    write(tmp_path, {"Procfile": f"web: x\n{comment}\nweb: y\n"})
    diagnosis = diagnose(tmp_path)

    assert (diagnosis.findings == ()) is ignored
    assert diagnosis.ignored == ignored


def test_a_comment_on_the_line_leaves_out_what_it_names(tmp_path: Path):
    line = "    A: 1  # heroku-doctor: ignore config-quotes"
    write(tmp_path, {"heroku.yml": f"{BUILD}  config:\n{line}\n    B: 2\n"})

    # Of the line below it is the comment above.
    assert places(diagnose(tmp_path), "config-quotes") == ["heroku.yml:6:8"]


def test_a_finding_about_a_file_that_is_not_there_cannot_be_left_out_in_it(tmp_path):
    write(tmp_path, {"manage.py": "", "requirements.txt": "gunicorn\n"})

    assert places(diagnose(tmp_path), "process-file-missing") == ["Procfile:1:1"]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        (".env", ["file-committed"]),
        ("db.sqlite3", ["file-committed"]),
        ("venv/pyvenv.cfg", ["venv-committed"]),
        ("other.env", []),
    ],
)
def test_what_does_not_belong_in_the_repository_is_found(name, rules, tmp_path: Path):
    write(tmp_path, {name: "x", "Procfile": "release: x\n"})
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "--quiet"], check=True)

    assert diagnose(tmp_path).findings == ()
    subprocess.run([*git, "add", name], check=True)
    assert [each.rule for each in diagnose(tmp_path).findings] == rules


def test_an_index_outside_the_project_is_not_read(tmp_path: Path):
    (tmp_path / "index").write_bytes(b"\0\x04.env\0")
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / ".git" / "index").symlink_to(tmp_path / "index")

    assert diagnose(root).findings == ()


@pytest.mark.parametrize(
    ("module", "files", "package"),
    [
        ("yaml", {"heroku.yml": "x"}, "PyYAML"),
        ("dockerfile_parse", {"Dockerfile": "FROM a\n"}, "dockerfile-parse"),
    ],
)
def test_without_the_extra_the_rest_is_examined(
    module, files, package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write(tmp_path, {**files, "Procfile": "web gunicorn a\n"})
    imported = builtins.__import__

    # What an environment without the extra does.
    def missing(name: str, *args: object) -> object:
        if name == module:
            raise ImportError(name)
        return imported(name, *args)

    monkeypatch.setattr(builtins, "__import__", missing)
    found = {each.rule: each for each in diagnose(tmp_path).findings}

    assert {"extra-missing", "colon-missing"} == found.keys() - {"setup-once"}
    assert package in found["extra-missing"].message


def test_secrets_of_every_file_are_known(tmp_path: Path):
    write(
        tmp_path,
        {
            "app.json": '{"env": {"A_TOKEN": {"value": "one"}, "B_TOKEN": "two", "C": {}}}',
            "heroku.yml": f"setup:\n  config:\n    D_TOKEN: three\n{BUILD}",
            "Dockerfile": "FROM a\nENV E_TOKEN=four\n",
            "Procfile": "web: F_TOKEN=five gunicorn a\n",
        },
    )
    variables = Project(tmp_path).variables

    assert {name: variables[name] for name in sorted(variables) if name != "C"} == {
        "A_TOKEN": "one",
        "B_TOKEN": "two",
        "D_TOKEN": "three",
        "E_TOKEN": "four",
        "F_TOKEN": "five",
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "Django==5.2\n"),
        ("poetry.lock", '[[package]]\nname = "django"\nversion = "5.2"\n'),
        ("uv.lock", '[[package]]\nname = "django"\nversion = "5.2"\n'),
        ("Pipfile.lock", '{"default": {"django": {"version": "==5.2"}}}'),
    ],
)
def test_dependencies_come_from_whatever_names_them(name: str, text: str, tmp_path):
    found = Project(write(tmp_path, {name: text})).dependencies

    assert found is not None
    assert found.versions == {"django": (5, 2)}


def test_two_files_of_dependencies_are_none(tmp_path: Path):
    write(tmp_path, {"requirements.txt": "a\n", "uv.lock": ""})

    assert Project(tmp_path).dependencies is None


HOSTILE = [
    ("Procfile", "web : python manage.py runserver 127.0.0.1:80 –\r\n" * 4_000),
    ("Procfile", "web: x\n" * 10_000),
    ("Procfile", 'web: "' + '\\"' * 100_000),
    ("Procfile", "web: " + "–" * 80_000),
    ("Procfile", "web: " + "python manage.py migrate; " * 9_000),
    ("heroku.yml", "setup:\n  addons:\n" + "    - x\n" * 10_000),
    ("heroku.yml", "run:\n" + "".join(f" w{n}: gunicorn a\n" for n in range(3_000))),
    ("heroku.yml", "run:\n" + " w: gunicorn a\n" * 9_000 + "build:x\n"),
    ("app.json", '{"addons":[' + '"heroku-postgresql:hobby-dev",' * 8_000 + '"x"]}'),
    ("app.json", "//\n" * 80_000),
    ("Dockerfile", "FROM a\n" * 5_000),
    (".python-version", "9" * 250_000),
    ("requirements.txt", "a\n" * 20_000),
]


@pytest.mark.parametrize(("name", "text"), HOSTILE)
def test_a_hostile_file_is_examined_at_once(name: str, text: str, tmp_path: Path):
    write(tmp_path, {name: text})
    rules()  # importing them is no part of it
    started = time.process_time()
    as_text(diagnose(tmp_path))

    assert time.process_time() - started < SOON


def test_of_one_mistake_in_a_thousand_lines_a_hundred_are_said(tmp_path: Path):
    write(tmp_path, {"Procfile": "web x\n" * 1_000})

    assert len(places(diagnose(tmp_path), "colon-missing")) == 100


@pytest.mark.parametrize("target", ["cedar", "fir"])
def test_the_example_project_is_clean(target: str):
    example = Path(__file__).resolve().parents[2] / "example_project"
    diagnosis = diagnose(example, target)

    assert [each for each in diagnosis.findings if each.severity != "info"] == []
