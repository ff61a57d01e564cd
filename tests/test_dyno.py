"""
The snapshot of the environment, for every place that a process can run in.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heroku_support.dyno import CLASSIC_BUILD, Dyno
from heroku_support.variables import PHASES

NOWHERE = Path("/nowhere")
FIR_WEB = "web-12a34b56d-e78f9"
BUILD = dict.fromkeys(CLASSIC_BUILD, "/tmp/build")
MEGABYTE = 1024 * 1024


def snapshot(environ, *, argv=("manage.py", "check"), cgroup=NOWHERE):
    return Dyno.from_environ(environ, argv=argv, cgroup=cgroup)


@pytest.mark.parametrize(
    ("name", "process_type", "number", "generation", "phase"),
    [
        ("web.1", "web", 1, "cedar", "dyno"),
        ("web.12", "web", 12, "cedar", "dyno"),
        ("worker_high.3", "worker_high", 3, "cedar", "dyno"),
        ("celery-beat.1", "celery-beat", 1, "cedar", "dyno"),
        ("scheduler.1", "scheduler", 1, "cedar", "dyno"),
        ("runner.1", "runner", 1, "cedar", "dyno"),
        ("run.9157", "run", 9157, "cedar", "run"),
        ("release.1234", "release", 1234, "cedar", "release"),
        (" web.1\n", "web", 1, "cedar", "dyno"),
        ("web.", "web", None, "cedar", "dyno"),
        ("web.one", "web", None, "cedar", "dyno"),
        (FIR_WEB, "web", None, "fir", "dyno"),
        ("celery-beat-12a34b56d-e78f9", "celery-beat", None, "fir", "dyno"),
        ("run-12a34b56d-e78f9", "run", None, "fir", "run"),
        ("run-12a34b56d", "run", None, "fir", "run"),
        ("release-12a34b56d-e78f9", "release", None, "fir", "release"),
        ("web", "web", None, None, "dyno"),
        ("-", "-", None, None, "dyno"),
        (".1", ".1", None, None, "dyno"),
    ],
)
def test_name(name, process_type, number, generation, phase):
    dyno = snapshot({"DYNO": name})

    assert (dyno.name, dyno.process_type) == (name.strip(), process_type)
    assert (dyno.number, dyno.generation, dyno.phase) == (number, generation, phase)


@pytest.mark.parametrize("environ", [{}, {"DYNO": ""}, {"DYNO": " "}])
def test_no_name_is_no_dyno(environ):
    dyno = snapshot(environ)

    assert (dyno.name, dyno.process_type, dyno.number) == (None, None, None)
    assert (dyno.generation, dyno.phase) == (None, "local")


@pytest.mark.parametrize(
    "name", ["run-jobs.1", "release-notes.1", "release-notes-12a34b56d-e78f9"]
)
def test_process_type_that_only_begins_like_a_phase(name):
    assert snapshot({"DYNO": name}).phase == "dyno"


@pytest.mark.parametrize(
    "environ", [{"DYNO": "web." + "9" * 5000}, {"DYNO_RAM": "9" * 5000}]
)
def test_thousands_of_digits_are_no_number(environ):
    dyno = snapshot(environ)

    assert (dyno.number, dyno.memory) == (None, None)


@pytest.mark.parametrize(
    ("environ", "phase"),
    [
        ({}, "local"),
        ({"CI": "true"}, "ci"),
        ({"CI": "1"}, "ci"),
        ({"CI": "woodpecker"}, "ci"),
        ({"CI": ""}, "local"),
        ({"CI": "false"}, "local"),
        ({"CI": "0"}, "local"),
        (BUILD, "build"),
        ({**BUILD, "DYNO": "build.1"}, "build"),
        ({"BUILD_DIR": "a", "CACHE_DIR": "b"}, "local"),
        ({"CNB_STACK_ID": "heroku-24"}, "build"),
        ({"CNB_STACK_ID": "heroku-24", "DYNO": FIR_WEB}, "dyno"),
        ({"DYNO": "web.1"}, "dyno"),
    ],
)
def test_phase(environ, phase):
    assert snapshot(environ).phase == phase


@pytest.mark.parametrize(
    ("environ", "phase"),
    [
        ({**BUILD, "CI": "true", "DYNO": "run.1"}, "ci"),
        ({"CNB_STACK_ID": "heroku-24", "CI": "true"}, "ci"),
        ({**BUILD, "DYNO": "release.1"}, "build"),
        ({"CI": "true", "DYNO": "release.1"}, "ci"),
        ({**BUILD, "CI": "true", "HEROKU_SUPPORT_PHASE": "dyno"}, "dyno"),
    ],
)
def test_precedence_of_phases(environ, phase):
    assert snapshot(environ).phase == phase


@pytest.mark.parametrize("environ", [{}, {"DYNO": "web.1"}, {"DYNO": "release.1"}])
@pytest.mark.parametrize("command", ["collectstatic", "compilemessages"])
def test_command_of_a_build(environ, command):
    assert snapshot(environ, argv=["manage.py", command]).phase == "build"


@pytest.mark.parametrize(
    "argv",
    [[], ["manage.py"], ["collectstatic"], ["manage.py", "help", "collectstatic"]],
)
def test_other_commands_are_no_build(argv):
    assert snapshot({}, argv=argv).phase == "local"


def test_command_in_ci_is_ci():
    dyno = snapshot({"CI": "true"}, argv=["manage.py", "collectstatic"])

    assert dyno.phase == "ci"


@pytest.mark.parametrize("phase", PHASES)
def test_phase_can_be_pretended(phase):
    environ = {"DYNO": "web.1", "HEROKU_SUPPORT_PHASE": f" {phase} "}

    assert snapshot(environ, argv=["manage.py", "collectstatic"]).phase == phase


def test_blank_pretence_is_none():
    assert snapshot({"HEROKU_SUPPORT_PHASE": " "}).phase == "local"


def test_blank_metadata_are_none():
    names = (
        "HEROKU_APP_NAME",
        "HEROKU_APP_DEFAULT_DOMAIN_NAME",
        "HEROKU_RELEASE_VERSION",
    )
    dyno = snapshot(dict.fromkeys(names, " "))

    assert (dyno.app_name, dyno.domain, dyno.release_version) == (None, None, None)


def test_pretended_phase_that_is_none_counts_as_none():
    assert snapshot({"DYNO": "run.1", "HEROKU_SUPPORT_PHASE": "prod"}).phase == "run"


@pytest.mark.parametrize(
    ("phase", "is_heroku"),
    [
        ("local", False),
        ("build", False),
        ("ci", False),
        ("release", True),
        ("run", True),
        ("dyno", True),
    ],
)
def test_heroku_is_where_it_runs_for_its_users(phase, is_heroku):
    assert snapshot({"HEROKU_SUPPORT_PHASE": phase}).is_heroku is is_heroku


def test_metadata():
    dyno = snapshot(
        {
            "HEROKU_APP_NAME": "example",
            "HEROKU_RELEASE_VERSION": "v42",
            "HEROKU_APP_DEFAULT_DOMAIN_NAME": "example-0123456789ab.herokuapp.com",
        }
    )

    assert (dyno.app_name, dyno.release_version) == ("example", "v42")
    assert dyno.domain == "example-0123456789ab.herokuapp.com"


@pytest.mark.parametrize("value", [None, ""])
def test_metadata_that_the_app_does_not_have(value):
    names = "HEROKU_APP_NAME HEROKU_RELEASE_VERSION HEROKU_APP_DEFAULT_DOMAIN_NAME"
    dyno = snapshot({} if value is None else dict.fromkeys(names.split(), value))

    assert (dyno.app_name, dyno.release_version) == (None, None)
    assert (dyno.domain, dyno.commit) == (None, None)


@pytest.mark.parametrize(
    ("environ", "commit"),
    [
        ({"HEROKU_BUILD_COMMIT": "a", "HEROKU_SLUG_COMMIT": "b"}, "a"),
        ({"HEROKU_BUILD_COMMIT": "", "HEROKU_SLUG_COMMIT": "b"}, "b"),
        ({"HEROKU_SLUG_COMMIT": "b", "SOURCE_VERSION": "c"}, "b"),
        ({"SOURCE_VERSION": "c", "HEROKU_TEST_RUN_COMMIT_VERSION": "d"}, "c"),
        ({"HEROKU_TEST_RUN_COMMIT_VERSION": "d"}, "d"),
    ],
)
def test_commit(environ, commit):
    assert snapshot(environ).commit == commit


@pytest.mark.parametrize(
    ("environ", "is_review_app"),
    [
        ({}, False),
        ({"HEROKU_APP_NAME": "a", "HEROKU_PR_NUMBER": ""}, False),
        ({"HEROKU_PR_NUMBER": "7"}, True),
        ({"HEROKU_BRANCH": "topic"}, True),
    ],
)
def test_review_app(environ, is_review_app):
    assert snapshot(environ).is_review_app is is_review_app


@pytest.mark.parametrize(
    ("environ", "port"), [({}, None), ({"PORT": "5006"}, 5006), ({"PORT": "80 "}, 80)]
)
def test_port(environ, port):
    assert snapshot(environ).port == port


@pytest.mark.parametrize("port", ["", "abc", "0", "-1", "99999", "2.5"])
def test_port_that_is_none_is_left_to_others_to_report(port):
    assert snapshot({"PORT": port}).port is None


@pytest.mark.parametrize(
    ("files", "ram", "memory"),
    [
        ({"memory.max": "536870912\n"}, "512", 536870912),
        ({"memory.max": "1", "memory/memory.limit_in_bytes": "2"}, "", 1),
        ({"memory.max": "max\n", "memory/memory.limit_in_bytes": "2"}, "", 2),
        ({"memory.max": "max\n"}, "512", 512 * MEGABYTE),
        ({"memory.max": "max\n"}, "", None),
        ({"memory/memory.limit_in_bytes": "1073741824\n"}, "", 1073741824),
        ({"memory/memory.limit_in_bytes": "9223372036854771712"}, "", None),
        ({"memory/memory.limit_in_bytes": "9223372036854771712"}, "1024", 1024**3),
        ({"memory.max": "-1"}, "", None),
        ({}, "2560", 2560 * MEGABYTE),
        ({}, "plenty", None),
        ({}, "", None),
    ],
)
def test_memory(tmp_path, files, ram, memory):
    (tmp_path / "memory").mkdir()
    for name, limit in files.items():
        (tmp_path / name).write_text(limit)

    assert snapshot({"DYNO_RAM": ram}, cgroup=tmp_path).memory == memory


def test_snapshot_does_not_follow_the_environment():
    environ = {"DYNO": "web.1"}
    dyno = snapshot(environ)
    environ["DYNO"] = "web.2"

    assert (dyno.name, dyno.vars["DYNO"]) == ("web.1", "web.1")


def test_snapshots_of_one_environment_are_equal():
    assert snapshot({"DYNO": "web.1"}) == snapshot({"DYNO": "web.1"})
    assert snapshot({"DYNO": "web.1"}) != snapshot({"DYNO": "web.2"})


def test_snapshot_cannot_be_changed():
    dyno = snapshot({})

    with pytest.raises(FrozenInstanceError):
        dyno.phase = "dyno"
    with pytest.raises(TypeError):
        dyno.vars["DYNO"] = "web.1"


def test_repr_shows_no_variable():
    dyno = snapshot({"SECRET_KEY": "S3cr3t"}, argv=["manage.py", "--password=S3cr3t"])

    assert "S3cr3t" not in repr(dyno)


def test_own_environment_and_command_line_unless_given(monkeypatch):
    monkeypatch.setenv("DYNO", "worker.7")
    monkeypatch.setattr("sys.argv", ["manage.py", "migrate"])
    dyno = Dyno.from_environ()

    assert (dyno.name, dyno.phase) == ("worker.7", "dyno")
    assert dyno.argv == ("manage.py", "migrate")


@given(st.text(st.characters()))
def test_any_name_has_a_type_and_a_phase(name):
    dyno = snapshot({"DYNO": name})

    assert bool(dyno.process_type) is bool(name.strip())
    assert dyno.phase in PHASES
