"""
What all tests may use; the servers' fixtures are in ``tests/servers/fixtures.py``.
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import hypothesis
import pytest

from tests import processes
from tests.processes import EXAMPLE, SMALL, Project

# The suite decides itself where it pretends to run; CI sets this for real.
os.environ.pop("CI", None)


# A shell's background job ignores Ctrl-C, and so would each process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


# The same examples in every run, so that a red one is red again, and coverage is the same.
# A core may be shared with others: how long one takes says nothing.
hypothesis.settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("repeatable")


# What coverage has set so that it measures whatever is started, tools as well.
MEASURING: dict[str, str] = {}


@pytest.hookimpl(tryfirst=True)  # before the fixtures start something
def pytest_runtest_setup(item: pytest.Item) -> None:
    """
    Measure the processes of the tests that are marked so, for lines that run in no other test.
    """
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        MEASURING[name] = os.environ.pop(name)
    processes.coverage.clear()
    if item.get_closest_marker("covers_processes"):
        processes.coverage.update(MEASURING)


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """
    The example project as it lies on a dyno: copied, its static files collected.
    """
    directory = tmp_path_factory.mktemp("example") / "app"
    left_out = shutil.ignore_patterns("*.sqlite3", ".env", "staticfiles", "__pycache__")
    shutil.copytree(EXAMPLE, directory, ignore=left_out)
    project = Project(directory)
    collected = project.manage("collectstatic", "--no-input")
    assert collected.returncode == 0, collected.stderr
    return project


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """
    A project that starts quickly, copied, for tests that start it often.
    """
    directory = tmp_path_factory.mktemp("small") / "app"
    shutil.copytree(SMALL, directory, ignore=shutil.ignore_patterns("__pycache__"))
    return Project(directory)


@pytest.fixture(scope="session")
def survey(example: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The example's migrated database, a file to copy.
    """
    path = tmp_path_factory.mktemp("survey") / "db.sqlite3"
    # On this machine: on a dyno a database in a file is refused.
    variables = {"SECRET_KEY": "t" * 50, "DATABASE_URL": f"sqlite:///{path}"}
    migrated = example.manage("migrate", **variables)
    assert migrated.returncode == 0, migrated.stderr
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """
    The URL of a SQLite file that is not there yet.
    """
    return f"sqlite:///{tmp_path / 'db.sqlite3'}"
