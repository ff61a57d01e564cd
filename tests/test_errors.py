"""
What the package's exceptions say.
"""

from __future__ import annotations

import pickle

import pytest
from django.core.exceptions import ImproperlyConfigured

from heroku_support.errors import ConfigError, Problem
from heroku_support.release import errors

MISSING = Problem("SECRET_KEY", "is missing.", "export SECRET_KEY=…")
WRONG = Problem("PORT", "'x' is not a whole number.", "unset PORT")


def test_problem_is_followed_by_its_fix():
    assert str(WRONG) == "  PORT 'x' is not a whole number.\n      unset PORT"


def test_problem_on_one_line():
    assert WRONG.line == "PORT 'x' is not a whole number. Fix: unset PORT"


def test_one_problem_is_announced_in_the_singular():
    error = ConfigError([WRONG])

    assert str(error) == f"1 problem with this app's configuration:\n{WRONG}"


def test_all_problems_are_listed_with_the_phase():
    error = ConfigError(iter([MISSING, WRONG]), phase="run")

    heading = "2 problems with this app's configuration (phase: run):"
    assert str(error) == f"{heading}\n{MISSING}\n{WRONG}"
    assert error.problems == (MISSING, WRONG)


def test_manage_help_survives_a_config_error():
    assert issubclass(ConfigError, ImproperlyConfigured)


def test_config_error_survives_another_process():
    error = ConfigError([MISSING, WRONG], phase="run")

    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("ReleaseError", 1),
        ("StepError", 1),
        ("LockTimeoutError", 4),
        ("DatabaseRefusedError", 5),
    ],
)
def test_release_error_says_its_exit_status(name, status):
    error = getattr(errors, name)("why")

    assert isinstance(error, errors.ReleaseError)
    assert error.returncode == status
