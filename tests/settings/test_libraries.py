"""
Libraries that a service needs.
"""

from __future__ import annotations

import sys

import pytest

from heroku_support.settings import find_library
from tests.settings.places import BUILD, CI, LOCAL, ON_HEROKU, WEB, heroku, problem_of

MISSING = "no_such_library"
# What pip installs there is gone with the dyno or the build.
LASTING = [BUILD, *ON_HEROKU]


def test_a_library_is_found_by_the_name_that_it_is_imported_by():
    record = heroku(WEB).record

    assert record.has_library("REDIS_URL", "redis", "redis>=5")
    assert find_library("redis").endswith("redis/__init__.py")


def test_a_folder_without_code_is_no_library(tmp_path, monkeypatch):
    (tmp_path / MISSING).mkdir()
    monkeypatch.syspath_prepend(tmp_path)

    assert find_library(MISSING) == ""


def test_nothing_is_imported(tmp_path, monkeypatch):
    (tmp_path / "importable.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    assert find_library("importable")
    assert "importable" not in sys.modules


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        (LOCAL, "pip install 'no-such>=1'"),
        (CI, "pip install 'no-such>=1'"),
        *[(each, "echo 'no-such>=1' >> requirements.txt") for each in LASTING],
    ],
)
def test_a_missing_library_is_a_problem_in_every_phase(environ, line):
    record = heroku(environ).record

    problem = problem_of(record.has_library, "REDIS_URL", MISSING, "no-such>=1")

    assert problem.reason == f"is set, but {MISSING} is not installed."
    assert problem.fix == line
