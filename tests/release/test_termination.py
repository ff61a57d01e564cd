"""
How a release ends that is told to: its statement is cancelled, its lock is let go.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from heroku_support.release.errors import AbortedError, StepError, TerminatedError
from heroku_support.release.termination import interruptible
from tests.processes import NO_SMOKE, RELEASE, Project
from tests.release.releases import make_release
from tests.release.test_release import (
    SLOW,
    add_migration,
    lock_holders,
    sleeping,
)
from tests.servers.postgres import Database
from tests.servers.waiting import wait_until


@pytest.fixture
def database(newest: Database) -> Database:
    return newest


@pytest.fixture
def slow(small: Project) -> dict[str, str]:
    """
    Turn on a migration whose statement takes six seconds.
    """
    return add_migration(small, "slow", SLOW)


def caught_in_the_act(
    small: Project, database: Database, **variables: str
) -> subprocess.Popen[str]:
    """
    Start a release and wait until its slow statement runs.
    """
    environ = {**RELEASE, "DATABASE_URL": database.url(), **variables}
    process = small.start("heroku_release", *NO_SMOKE, **environ)
    wait_until(lambda: sleeping(database), timeout=60)
    return process


@pytest.mark.parametrize("times", [1, 3])
def test_sigterm_cancels_the_statement_and_frees_the_lock_within_two_seconds(
    small: Project, database_of_processes: Database, slow: dict[str, str], times: int
):
    process = caught_in_the_act(small, database_of_processes, **slow)
    started = time.monotonic()
    for _ in range(times):
        process.send_signal(signal.SIGTERM)
    printed, _ = process.communicate(timeout=20)

    assert (process.returncode, time.monotonic() - started < 2) == (143, True), printed
    assert not sleeping(database_of_processes)
    assert not lock_holders(database_of_processes)


def test_what_sigterm_stopped_is_said_and_done_by_the_next_release(
    small: Project, database: Database, slow: dict[str, str]
):
    process = caught_in_the_act(small, database, **slow)
    process.send_signal(signal.SIGTERM)
    printed, _ = process.communicate(timeout=20)
    found = "SELECT 1 FROM pg_class WHERE relname = 'slow_table'"
    left = database.query(found)
    after = small.release(**RELEASE, **slow, DATABASE_URL=database.url())

    assert "CommandError: stopped by SIGTERM during migrate" in printed
    assert '"failed": "migrate"' in printed
    assert (left, after.returncode, database.query(found)) == ([], 0, [(1,)])


@pytest.mark.covers_processes
def test_ctrl_c_is_one_line_and_no_traceback(
    small: Project, database: Database, slow: dict[str, str]
):
    process = caught_in_the_act(small, database, **slow)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=20)

    assert process.returncode == 130
    assert "CommandError: stopped by Ctrl-C during migrate" in printed
    assert "Traceback" not in printed


PSYCOPG2 = """
import sys
sys.modules["psycopg"] = None  # Django then takes psycopg2
from {settings} import *
"""


@pytest.mark.covers_processes
def test_a_driver_that_waits_in_c_is_interrupted_as_well(
    small: Project, database: Database, slow: dict[str, str]
):
    """
    With psycopg2 no handler runs while the server works: another thread cancels.
    """
    source = PSYCOPG2.format(settings=slow["DJANGO_SETTINGS_MODULE"])
    (small.directory / "psycopg2_settings.py").write_text(source)
    older = {"DJANGO_SETTINGS_MODULE": "psycopg2_settings"}
    process = caught_in_the_act(small, database, **older)
    process.send_signal(signal.SIGTERM)
    wait_until(lambda: not sleeping(database), timeout=2)
    printed, _ = process.communicate(timeout=20)

    assert process.returncode == 143, printed


LATE = """
from {settings} import *
HEROKU_SUPPORT_RELEASE_DEADLINE = 3
"""


def test_the_deadline_ends_a_release_and_says_so(
    small: Project, database: Database, slow: dict[str, str]
):
    source = LATE.format(settings=slow["DJANGO_SETTINGS_MODULE"])
    (small.directory / "late_settings.py").write_text(source)
    late = {"DJANGO_SETTINGS_MODULE": "late_settings", "DATABASE_URL": database.url()}
    started = time.monotonic()
    failed = small.release(**RELEASE, **late)

    assert (failed.returncode, time.monotonic() - started < 15) == (1, True)
    assert re.search(
        r"CommandError: HEROKU_SUPPORT_RELEASE_DEADLINE is reached", failed.stderr
    )


# --- in this process -------------------------------------------------------------------------


def test_a_signal_is_the_error_that_it_stands_for():
    release = make_release(candidates=())
    stopped = pytest.raises(TerminatedError, match=r"^stopped by SIGTERM$")
    with stopped, interruptible(release):
        os.kill(os.getpid(), signal.SIGTERM)


def test_no_except_exception_catches_it():
    release = make_release(candidates=())
    with pytest.raises(TerminatedError), interruptible(release):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except Exception:
            pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_that_python_dropped_is_heard_before_the_next_step():
    class Callback:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGTERM)

    done = []
    release = make_release(candidates=())
    with pytest.raises(TerminatedError), interruptible(release):
        Callback()
        release.go_on()
        done.append("the next step")

    assert done == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_that_python_dropped_in_the_last_step_is_heard_at_the_end():
    class Callback:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(TerminatedError), interruptible(make_release(candidates=())):
        Callback()


def test_ctrl_c_is_an_error_as_well():
    with pytest.raises(AbortedError), interruptible(make_release(candidates=())):
        raise KeyboardInterrupt


def test_the_deadline_is_the_step_s_failure():
    release = make_release(candidates=(), seconds=0)
    release.report.failed = "seed"
    late = pytest.raises(StepError, match="DEADLINE is reached during seed")
    with late, interruptible(release):
        threading.Event().wait(10)


def test_the_handlers_that_were_there_are_put_back():
    numbers = (signal.SIGTERM, signal.SIGALRM)
    before = [signal.getsignal(number) for number in numbers]
    with interruptible(make_release(candidates=())):
        pass

    assert [signal.getsignal(number) for number in numbers] == before


def test_a_timer_that_was_there_goes_on():
    # As of a project's tests that have a time limit.
    before = signal.setitimer(signal.ITIMER_REAL, 600)
    with interruptible(make_release(candidates=())):
        pass
    left, _ = signal.setitimer(signal.ITIMER_REAL, *before)

    assert 0 < left <= 600


def test_a_platform_without_an_alarm_has_no_deadline(monkeypatch: pytest.MonkeyPatch):
    # Windows, which is not at hand.
    monkeypatch.delattr(signal, "setitimer")
    with interruptible(make_release(candidates=(), seconds=0)):
        done = True

    assert done


def test_a_thread_that_is_not_the_main_one_changes_nothing():
    seen = []

    def run() -> None:
        with interruptible(make_release(candidates=())):
            seen.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert seen == [before]


def test_no_thread_and_no_descriptor_is_left():
    before = (threading.active_count(), len(list(Path("/proc/self/fd").iterdir())))
    with interruptible(make_release(candidates=())):
        pass

    assert before == (
        threading.active_count(),
        len(list(Path("/proc/self/fd").iterdir())),
    )
