"""
Problems and decisions, kept until the settings are complete.
"""

from __future__ import annotations

import traceback
from pathlib import PurePosixPath

import pytest

from heroku_support.dyno import Dyno
from heroku_support.errors import ConfigError, Problem
from heroku_support.settings import Record
from heroku_support.settings.decisions import Decision

A = Problem("A", "is missing.", "export A=1")
B = Problem("B", "is missing.", "export B=1")


def record(environ=None, *, collecting=False):
    kept = Record(Dyno.from_environ(environ or {"DYNO": "web.1"}, argv=[]))
    kept.collecting = collecting
    return kept


def failing(*problems):
    def read():
        raise ConfigError(problems)

    return read


def report(kept, problem):
    kept.problem(problem.variable, problem.reason, problem.fix)


def raised(kept, error=None):
    with pytest.raises(ConfigError) as caught:
        kept.raise_problems(error)
    return caught.value


def test_nothing_is_raised_without_a_problem():
    assert record(collecting=True).raise_problems(ValueError()) is None


def test_problem_is_raised_at_once():
    with pytest.raises(ConfigError, match=r"\(phase: dyno\)") as caught:
        report(record(), A)

    assert caught.value.problems == (A,)


def test_problems_are_collected_in_order_and_once():
    kept = record(collecting=True)
    for problem in (B, A, B):
        report(kept, problem)

    assert raised(kept).problems == (B, A)


def test_problems_are_raised_once():
    kept = record(collecting=True)
    report(kept, A)
    raised(kept)

    assert kept.raise_problems() is None


def test_attempt_returns_what_was_read():
    assert record().attempt(lambda: 1, 0) == 1


def test_attempt_that_finds_problems_returns_the_placeholder():
    kept = record(collecting=True)

    assert kept.attempt(failing(A, B), 0) == 0
    assert raised(kept).problems == (A, B)


def test_attempt_raises_at_once_and_chains_nothing():
    with pytest.raises(ConfigError) as caught:
        record().attempt(failing(A), 0)

    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_attempt_lets_other_errors_pass():
    with pytest.raises(ZeroDivisionError):
        record(collecting=True).attempt(lambda: 1 // 0, 0)


def test_error_of_the_project_is_chained():
    kept, error = record(collecting=True), KeyError("NAME")
    report(kept, A)

    assert raised(kept, error).__cause__ is error


def test_error_that_may_hold_a_url_is_not_chained():
    kept = record(collecting=True)
    report(kept, A)
    hidden = ":".join(["redis", "//u"])
    error = raised(kept, ValueError(f"{hidden}:S3cr3t@h is down"))

    assert error.__cause__ is None
    assert "S3cr3t" not in "".join(traceback.format_exception(error))


def test_decision_is_noted_and_returned():
    kept = record()
    value = kept.decide("DEBUG", True, source="DEBUG", why="asked for")

    assert value is True
    assert kept.decisions == (Decision("DEBUG", True, "DEBUG", "asked for"),)


def test_decision_hides_what_the_value_keeps():
    kept = record()
    kept.decide("SECRET_KEY", "S3cr3t", source="SECRET_KEY")

    assert kept.values == {"SECRET_KEY": "S3cr3t"}
    assert kept.decisions == (Decision("SECRET_KEY", "***", "SECRET_KEY", ""),)


@pytest.mark.parametrize(
    ("environ", "line"),
    [({"A": "b"}, "export A=1"), ({"DYNO": "web.1"}, "heroku config:set A=1")],
)
def test_assignment_is_a_line_for_the_place(environ, line):
    assert record(environ).assignment("A", "1") == line


def test_value_of_any_type_is_noted_as_it_was():
    kept, value = record(), {"folder": PurePosixPath("/app"), "names": ["a"]}
    kept.decide("A", value, source="argument")
    value["names"].append("b")

    assert kept.values["A"] == {"folder": PurePosixPath("/app"), "names": ["a"]}


def test_decision_hides_the_value_of_a_variable_wherever_it_stands():
    kept = record({"SENDGRID_API_KEY": "S3cr3t-of-the-mail"})
    kept.decide("A", ("user", "S3cr3t-of-the-mail"), source="SENDGRID_API_KEY")

    assert kept.decisions == (Decision("A", ("user", "***"), "SENDGRID_API_KEY", ""),)
