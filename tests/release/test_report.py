"""
The line for the log, and who else is told how a release went.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError

from heroku_support.release.context import Release
from heroku_support.release.errors import DatabaseRefusedError, StepError
from heroku_support.release.report import Report
from heroku_support.release.runner import run_release
from heroku_support.release.steps import Step
from heroku_support.signals import release_failed, release_started, release_succeeded
from tests.processes import DYNO, NO_SMOKE, Project, environment
from tests.release.releases import make_release
from tests.servers.postgres import Database

RELEASE = {
    **DYNO,
    "DYNO": "release.1",
    "HEROKU_RELEASE_VERSION": "v42",
    "HEROKU_SLUG_COMMIT": "2c3b",
    "HEROKU_SUPPORT_STAGE": "staging",
}
LINE = re.compile(r"^heroku_release (\{.*\})$", re.MULTILINE)


@pytest.fixture
def database(newest: Database) -> Database:
    return newest


def test_what_a_report_says_is_one_line_of_json():
    report = Report(
        "v42", steps={"migrate": 0.41234}, applied=["sessions.0001_initial"]
    )
    text = report.as_json()

    assert "\n" not in text
    assert json.loads(text)["steps"] == {"migrate": 0.412}


def test_a_log_ends_in_a_line_that_says_what_was_done(
    small: Project, database: Database
):
    released = small.release(**RELEASE, DATABASE_URL=database.url())
    (line,) = LINE.findall(released.stdout)
    facts = json.loads(line)
    names = ["preflight", "database", "extensions", "migrate", "cache_table"]

    assert released.stdout.endswith(f"{line}\n")
    assert list(facts["steps"]) == [*names, "superuser", "seed"]
    assert (facts["version"], facts["commit"], facts["stage"], facts["ok"]) == (
        "v42",
        "2c3b",
        "staging",
        True,
    )
    assert "sessions.0001_initial" in facts["applied"]


def test_a_log_gets_one_line_a_step(small: Project, database: Database):
    small.release(**RELEASE, DATABASE_URL=database.url())
    released = small.release(**RELEASE, DATABASE_URL=database.url())
    lines = [re.match(r"[a-z_]+", line) for line in released.stdout.splitlines()]

    assert [found[0] for found in lines if found] == [
        *("preflight", "database", "extensions", "migrate", "cache_table"),
        *("superuser", "seed", "heroku_release"),
    ]


def test_whoever_wants_more_sees_each_migration(small: Project, database: Database):
    released = small.release("-v2", **RELEASE, DATABASE_URL=database.url())

    assert "  Applying sessions.0001_initial... OK\n" in released.stdout
    assert LINE.search(released.stdout)


def test_a_terminal_sees_each_migration_and_no_json(small: Project, sqlite_url: str):
    controller, terminal = os.openpty()
    environ = environment(DEBUG="true", DATABASE_URL=sqlite_url)
    command = [sys.executable, "manage.py", "heroku_release", *NO_SMOKE]
    done = subprocess.run(
        command, cwd=small.directory, env=environ, stdout=terminal, check=True
    )
    os.close(terminal)
    shown = read_all(controller)

    assert done.returncode == 0
    assert re.search(r"  Applying sessions.0001_initial\.\.\..* OK", shown)
    assert "heroku_release {" not in shown


def read_all(controller: int) -> str:
    """
    Return what a terminal was shown.
    """
    with os.fdopen(controller, "rb", buffering=0) as stream:
        pieces = []
        try:
            while piece := stream.read(65536):
                pieces.append(piece)
        except OSError:  # how Linux says that nobody has it open any more
            pass
    return b"".join(pieces).decode()


def test_json_is_all_that_stdout_has_when_asked_for(small: Project, database: Database):
    released = small.release("--json", **RELEASE, DATABASE_URL=database.url())

    assert json.loads(released.stdout)["ok"] is True
    assert "migrate: " in released.stderr


OWN = """
from config.settings import *
HEROKU_SUPPORT_RELEASE_STEPS = [{steps}]
"""
FAILING = """
def announce(release):
    raise LookupError("nobody there")

def leave(release):
    raise SystemExit(3)
"""


@pytest.mark.covers_processes
@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("own_steps.announce", "announce: LookupError: nobody there"),
        ("own_steps.leave", "leave: it ended with status 3"),
        ("loaddata missing.json", "loaddata: No fixture named 'missing' found."),
    ],
)
def test_a_step_of_the_project_s_own_that_fails_names_itself(
    small: Project, database: Database, step: str, said: str
):
    (small.directory / "own_steps.py").write_text(FAILING)
    (small.directory / "own_settings.py").write_text(OWN.format(steps=repr(step)))
    own = {"DJANGO_SETTINGS_MODULE": "own_settings", "DATABASE_URL": database.url()}
    failed = small.release(**RELEASE, **own)
    (line,) = LINE.findall(failed.stdout)
    facts = json.loads(line)

    assert (failed.returncode, failed.stderr) == (1, f"CommandError: {said}\n")
    assert (facts["ok"], facts["error"]) == (False, said)
    assert facts["failed"] == said.partition(":")[0]


def test_a_setting_that_is_not_understood_is_one_line(
    small: Project, database: Database
):
    (small.directory / "own_settings.py").write_text(OWN.format(steps="7"))
    own = {"DJANGO_SETTINGS_MODULE": "own_settings", "DATABASE_URL": database.url()}
    failed = small.release(**RELEASE, **own)

    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1), failed.stderr
    assert "HEROKU_SUPPORT_RELEASE_STEPS: 7: is neither" in failed.stderr


def test_a_database_password_is_in_no_line_even_if_the_project_prints_it(
    small: Project, database: Database
):
    leak = f"def leak(release):\n    raise LookupError({database.url()!r})\n"
    (small.directory / "leaking.py").write_text(leak)
    settings = OWN.format(steps="'leaking.leak'")
    (small.directory / "leaking_settings.py").write_text(settings)
    own = {"DJANGO_SETTINGS_MODULE": "leaking_settings"}
    failed = small.release(**RELEASE, **own, DATABASE_URL=database.url())

    assert failed.returncode == 1
    assert "Zq7" not in failed.stdout + failed.stderr


# --- signals ---------------------------------------------------------------------------------


@pytest.fixture
def heard() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """
    What receivers of the three signals were told.
    """
    signals = {
        "started": release_started,
        "succeeded": release_succeeded,
        "failed": release_failed,
    }
    told: list[tuple[str, dict[str, Any]]] = []
    receivers = {name: recorder(name, told) for name in signals}
    for name, signal in signals.items():
        signal.connect(receivers[name])
    yield told
    for name, signal in signals.items():
        signal.disconnect(receivers[name])


def recorder(name: str, told: list[tuple[str, dict[str, Any]]]) -> Callable[..., None]:
    def receiver(**facts: Any) -> None:
        told.append((name, facts))

    return receiver


def step(run: Callable[[Release], str]) -> Step:
    return Step("own", run, needs_database=False, needs_lock=False)


def fail(release: Release) -> str:
    raise StepError("own: no")


def test_who_listens_hears_the_beginning_and_the_end(
    heard: list[tuple[str, dict[str, Any]]],
):
    release = make_release()
    run_release(release, [step(lambda release: "done")])

    assert [name for name, _ in heard] == ["started", "succeeded"]
    assert all(facts["release"] is release for _, facts in heard)


def test_who_listens_hears_of_a_failure_and_its_error(
    heard: list[tuple[str, dict[str, Any]]],
):
    with pytest.raises(StepError):
        run_release(make_release(), [step(fail)])

    assert [name for name, _ in heard] == ["started", "failed"]
    assert str(heard[1][1]["error"]) == "own: no"


def test_a_receiver_that_fails_is_told_and_ends_no_release():
    def notify(**facts: Any) -> None:
        raise LookupError("no such channel")

    release_succeeded.connect(notify)
    stream = io.StringIO()
    release = make_release(stream=stream)
    run_release(release, [step(lambda release: "done")])
    release_succeeded.disconnect(notify)

    assert "own: done" in stream.getvalue()
    (warning,) = release.report.warnings
    assert "a receiver of release_succeeded, failed: LookupError: no such" in warning


def test_a_receiver_whose_failure_cannot_be_logged_ends_no_release():
    class Unreachable(logging.Handler):  # as is Django 6.1's that mails to ADMINS
        def emit(self, record: logging.LogRecord) -> None:
            raise ConnectionRefusedError("no mail server")

    def notify(**facts: Any) -> None:
        raise LookupError("no such channel")

    handler = Unreachable()
    logging.getLogger("django.dispatch").addHandler(handler)
    release_succeeded.connect(notify)
    release = make_release()
    run_release(release, [step(lambda release: "done")])
    release_succeeded.disconnect(notify)
    logging.getLogger("django.dispatch").removeHandler(handler)

    (warning,) = release.report.warnings
    assert warning.endswith("the log of that: ConnectionRefusedError: no mail server")


def test_a_plan_with_one_connection_is_too_small_and_the_release_says_so():
    def ask(release: Release) -> str:
        raise OperationalError('FATAL: too many connections for role "app"')

    with pytest.raises(DatabaseRefusedError, match="takes two connections") as caught:
        run_release(make_release(), [step(ask)])

    assert caught.value.returncode == 5
