"""
What the helpers found wrong and what they decided, kept until the settings are complete.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from heroku_support.dyno import Dyno
from heroku_support.errors import ConfigError, Problem
from heroku_support.redaction import redact
from heroku_support.variables import assignment

T = TypeVar("T")


@dataclass(frozen=True)
class Decision:
    """
    One setting: its value with secrets hidden, where it came from, and why it is so.
    """

    setting: str
    value: Any
    source: str
    why: str


class Record:
    """
    Collect problems and decisions; a problem is raised at once unless they are collected.
    """

    def __init__(self, dyno: Dyno) -> None:
        self.dyno = dyno
        self.collecting = False
        self.problems: list[Problem] = []
        self.decisions: list[Decision] = []
        self.values: dict[str, Any] = {}

    def problem(self, variable: str, reason: str, fix: str) -> None:
        """
        Report something that is wrong.
        """
        self._report(ConfigError([Problem(variable, reason, fix)]))

    def attempt(self, read: Callable[[], T], placeholder: T) -> T:
        """
        Return what ``read`` returns, or the placeholder when it finds a problem.
        """
        try:
            return read()
        except ConfigError as error:
            found = error
        self._report(found)
        return placeholder

    def decide(self, setting: str, value: T, *, source: str, why: str = "") -> T:
        """
        Note a setting's value and return it.
        """
        self.values[setting] = value
        self.decisions.append(Decision(setting, redact(setting, value), source, why))
        return value

    def assignment(self, variable: str, value: str) -> str:
        """
        Return the line that sets a variable where this process runs.
        """
        return assignment(self.dyno.vars, variable, value)

    def raise_problems(self, error: Exception | None = None) -> None:
        """
        Raise one error that lists every problem so far.

        :param error: what a project's own code raised meanwhile, perhaps because of a
            placeholder; chained only if no URL can be in it.
        :raises ConfigError: if there is any problem.
        """
        if not self.problems:
            return
        problems, self.problems = self.problems, []
        cause = error if error is not None and not _may_hold_a_url(error) else None
        raise ConfigError(problems, phase=self.dyno.phase) from cause

    def _report(self, error: ConfigError) -> None:
        # The same variable may be read for two settings: one problem.
        self.problems += [each for each in error.problems if each not in self.problems]
        if not self.collecting:
            self.raise_problems()


def _may_hold_a_url(error: Exception) -> bool:
    return "://" in "".join(traceback.format_exception(error))
