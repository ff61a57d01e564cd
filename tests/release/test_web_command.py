"""
The web command is found where Heroku finds it, and nothing is guessed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from heroku_support.dyno import Dyno
from heroku_support.release import web_command
from tests.processes import EXAMPLE

PORT = 5006


def find(place: Path, asked: str = "") -> str:
    return web_command.find(asked, [place]).line


def write(place: Path, **files: str) -> Path:
    for name, text in files.items():
        (place / {"manifest": "heroku.yml"}.get(name, name)).write_bytes(text.encode())
    return place


# --- where it stands -----------------------------------------------------------------------


def test_the_example_has_one():
    assert find(EXAMPLE) == "gunicorn -c python:heroku_support.gunicorn config.wsgi"


@pytest.mark.parametrize(
    "procfile",
    [
        "web: gunicorn a",
        "release: b\nweb: gunicorn a\nworker: c\n",
        "web:gunicorn a",
        "# web: b\n\n  web:\tgunicorn a  \n",
        "web: b\r\nweb: gunicorn a\r\n",
        "\ufeffweb: gunicorn a\n",
    ],
    ids=["alone", "among others", "no space", "comment", "twice, CRLF", "BOM"],
)
def test_the_line_of_a_procfile_is_found(tmp_path: Path, procfile: str):
    assert find(write(tmp_path, Procfile=procfile)) == "gunicorn a"


def test_what_the_shell_makes_of_a_line_is_left_to_it(tmp_path: Path):
    line = "FOO=1 newrelic-admin run-program gunicorn --bind :$PORT a # why: b"

    assert find(write(tmp_path, Procfile=f"web: {line}")) == line


@pytest.mark.parametrize(
    "procfile", ["", "worker: a\n", "web:\n", "web : a\n", "#web: a"]
)
def test_a_procfile_without_web_is_said_to_have_none(tmp_path: Path, procfile: str):
    with pytest.raises(LookupError, match="the Procfile has no line for web"):
        find(write(tmp_path, Procfile=procfile))


@pytest.mark.parametrize(
    "web",
    ["gunicorn a", "{command: gunicorn a}", "{command: [gunicorn a], image: web}"],
    ids=["a string", "a command", "a list of one"],
)
def test_the_command_of_a_manifest_is_found(tmp_path: Path, web: str):
    manifest = f"build: {{docker: {{web: Dockerfile}}}}\nrun:\n  web: {web}\n"
    found = web_command.find("", [write(tmp_path, manifest=manifest)])

    assert (found.line, found.source) == ("gunicorn a", "web in heroku.yml")


@pytest.mark.parametrize(
    "manifest",
    [
        "build: {docker: {web: Dockerfile}}",
        "run: {worker: a}",
        "run: {web: {image: web}}",
        "run: {web: {command: [a, b]}}",
        "run: {web: ''}",
        "run: [web]",
        "",
    ],
)
def test_a_manifest_without_a_single_command_is_said_to_have_none(
    tmp_path: Path, manifest: str
):
    with pytest.raises(LookupError, match="no single command for web in its run"):
        find(write(tmp_path, manifest=manifest))


def test_a_manifest_that_is_no_yaml_is_named(tmp_path: Path):
    with pytest.raises(LookupError, match="heroku.yml is not valid YAML"):
        find(write(tmp_path, manifest="run: {web: ["))


def test_without_a_reader_for_the_manifest_the_line_that_installs_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # How Python remembers that a module cannot be imported; the tests' own tools need PyYAML.
    monkeypatch.setitem(sys.modules, "yaml", None)

    with pytest.raises(LookupError, match="pip install PyYAML"):
        find(write(tmp_path, manifest="run: {web: a}"))


def test_the_procfile_goes_before_the_manifest(tmp_path: Path):
    place = write(tmp_path, Procfile="web: a", manifest="run: {web: b}")
    without_web = write(tmp_path, Procfile="worker: c")

    assert find(place) == "b"
    assert find(without_web) == "b"


def test_what_is_asked_for_goes_before_both(tmp_path: Path):
    found = web_command.find("gunicorn a", [write(tmp_path, Procfile="web: b")])

    assert found.line == "gunicorn a"
    assert found.source == "HEROKU_SUPPORT_RELEASE_SMOKE_COMMAND"


def test_the_root_is_the_first_place_that_has_a_file(tmp_path: Path):
    (tmp_path / "app").mkdir()
    root = write(tmp_path / "app", Procfile="web: a")
    places = [tmp_path, root]

    assert web_command.find("", places).directory == root
    assert web_command.find("b", places).directory == root


def test_without_any_file_the_root_is_the_first_place(tmp_path: Path):
    assert web_command.find("a", [tmp_path, EXAMPLE.parent]).directory == tmp_path


# --- its environment -----------------------------------------------------------------------


def environment(first: Path | None = None, **variables: str) -> dict[str, str]:
    dyno = Dyno.from_environ(variables, argv=[])
    return web_command.environment(dyno, PORT, first=first or Path("/nowhere"))


def test_one_worker_serves_a_spare_port():
    found = environment(PORT="5000", WEB_CONCURRENCY="8", GUNICORN_CMD_ARGS="-t 20")

    assert (found["PORT"], found["WEB_CONCURRENCY"]) == ("5006", "1")
    assert found["GUNICORN_CMD_ARGS"] == "-t 20"


@pytest.mark.parametrize(
    ("name", "web"),
    [
        ("release.1", "web.0"),
        ("run.9157", "web.0"),
        ("release-5d8c4-x2x9q", "web-smoke"),
    ],
)
def test_on_a_dyno_the_settings_take_it_for_a_web_dyno(name: str, web: str):
    found = environment(DYNO=name)
    dyno = Dyno.from_environ(found, argv=[])

    assert found["DYNO"] == web
    assert (dyno.phase, dyno.process_type) == ("dyno", "web")


def test_off_heroku_it_stays_where_it_is():
    assert "DYNO" not in environment(DEBUG="true")


def test_nothing_is_sent_to_the_metrics_of_the_app():
    found = environment(HEROKU_METRICS_URL="https://a.example.com", HEROKU_APP_NAME="b")

    assert "HEROKU_METRICS_URL" not in found
    assert found["HEROKU_APP_NAME"] == "b"


@pytest.mark.parametrize(
    ("first", "kept"),
    [
        ("A=1\0DJANGO_SETTINGS_MODULE=a\0", True),
        ("MY_DJANGO_SETTINGS_MODULE=a\0", False),
    ],
    ids=["a config var", "manage.py's own default"],
)
def test_the_settings_are_those_of_the_web_process(
    tmp_path: Path, first: str, kept: bool
):
    (tmp_path / "environ").write_text(first)
    found = environment(tmp_path / "environ", DJANGO_SETTINGS_MODULE="a")

    assert ("DJANGO_SETTINGS_MODULE" in found) is kept


def test_where_nobody_knows_whose_settings_they_are_they_are_kept():
    assert environment(DJANGO_SETTINGS_MODULE="a")["DJANGO_SETTINGS_MODULE"] == "a"


@pytest.mark.parametrize("activated", [True, False])
def test_the_programs_of_this_installation_are_on_the_path_once(activated: bool):
    programs = str(Path(sys.executable).parent)
    given = f"/usr/bin:{programs}" if activated else "/usr/bin"
    path = environment(PATH=given)["PATH"].split(":")

    assert sorted(path) == sorted(["/usr/bin", programs])
    assert activated or path[0] == programs
