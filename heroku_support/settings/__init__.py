"""
Values for a project's settings module; Django is not configured yet when these run.

What all helpers share stands here: the record of what they found wrong and what they
decided, kept until the settings are complete.
"""

from __future__ import annotations

import marshal
from copy import deepcopy
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from heroku_support.errors import ConfigError, Problem, ServiceURLError
from heroku_support.variables import assignment, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from heroku_support.dyno import Dyno
    from heroku_support.settings.decisions import Decision

    T = TypeVar("T")

# Nobody can change one of these.
PLAIN = (str, int, type(None))

NUMBERS = count()  # of records, as they are made: a later one builds on the others


class Record:
    """
    Collect problems and decisions; a problem is raised at once unless they are collected.
    """

    def __init__(self, dyno: Dyno) -> None:
        self.dyno = dyno
        self.number = next(NUMBERS)
        self.collecting = False
        self.problems: list[Problem] = []
        # Setting, value, source and why; the values have their secrets.
        self.decided: list[tuple[str, Any, str, str]] = []
        # By setting, what was decided last.
        self.values: dict[str, Any] = {}

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """
        What was decided so far, with secrets hidden.
        """
        # Only who asks for them pays for the hiding.
        from heroku_support.redaction import Redactor
        from heroku_support.settings.decisions import Decision

        shown = Redactor(self.dyno.vars).value
        return tuple(
            Decision(setting, shown(setting, value), source, why)
            for setting, value, source, why in self.decided
        )

    def problem(self, variable: str, reason: str, fix: str) -> None:
        """
        Report something that is wrong.
        """
        self._report(ConfigError([Problem(variable, reason, fix)]))

    def complete(self, *names: str) -> None:
        """
        Report each of these variables that is missing where another of them is set.
        """
        there = next((name for name in names if text(self.dyno.vars, name)), "")
        for name in names:
            if there and not text(self.dyno.vars, name):
                reason = f"is missing, but {there} is set."
                self.problem(name, reason, self.assignment(name, "VALUE"))

    def has_library(self, variable: str, library: str, requirement: str) -> bool:
        """
        Whether a library is there that the service in a variable needs; a problem if not.

        In every phase: an app that lacks it should fail when it is built, not when it runs.
        Nothing is imported.

        :param library: the name that it is imported by.
        :param requirement: what to install, as ``requirements.txt`` has it.
        """
        if find_library(library):
            return True
        reason = f"is set, but {library} is not installed."
        self.problem(variable, reason, self.installation(requirement))
        return False

    def installation(self, requirement: str) -> str:
        """
        Return the line that installs something where this process runs.
        """
        # On a dyno and in a build, what pip installs is gone with it.
        if self.dyno.phase in ("local", "ci"):
            return f"pip install '{requirement}'"
        return f"echo '{requirement}' >> requirements.txt"

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

    def attempt_url(self, variable: str, fix: str, read: Callable[[], T]) -> T | None:
        """
        Return what ``read`` makes of a service's URL, None when it finds a problem.

        The problem is raised from here, where no frame of the traceback holds the URL: a
        report of an error shows local variables.

        :param variable: that holds the URL, for the message.
        :param fix: the line that mends it.
        """
        try:
            return self.attempt(read, None)
        except ServiceURLError as error:
            reason = str(error)
        # Outside of the handler, so that nothing which held the URL is chained to it.
        self.problem(variable, reason, fix)
        return None

    def decide(self, setting: str, value: T, *, source: str, why: str = "") -> T:
        """
        Note a setting's value and return it.
        """
        kept = value if isinstance(value, PLAIN) else _copy(value)
        self.values[setting] = kept
        self.decided.append((setting, kept, source, why))
        return value

    def decide_group(
        self,
        helper: str,
        value: Mapping[str, Any],
        overrides: Mapping[str, Any],
        reason: Callable[[str], tuple[str, str]],
        *,
        also: Iterable[str] = (),
    ) -> dict[str, Any]:
        """
        Note a group of settings, with what the project gives instead, and return it.

        :param helper: its name, for the message.
        :param reason: returns source and why of a setting that is not given.
        :param also: settings that may be given although the group has none here.
        :raises TypeError: if something is given that the helper does not set.
        """
        if unknown := overrides.keys() - value.keys() - set(also):
            raise TypeError(f"{helper}() does not set {', '.join(sorted(unknown))}")
        group = {**value, **overrides}
        for setting, each in group.items():
            source, why = ("argument", "") if setting in overrides else reason(setting)
            self.decide(setting, each, source=source, why=why)
        return group

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
        raised = ConfigError(problems, self.dyno.phase)
        if error is None or _may_hold_a_secret(error, self.dyno.vars):
            raise_alone(raised)
        raise raised from error

    def _report(self, error: ConfigError) -> None:
        # The same variable may be read for two settings: one problem.
        self.problems += [each for each in error.problems if each not in self.problems]
        if not self.collecting:
            self.raise_problems()


def find_library(library: str) -> str:
    """
    Return the file that would be imported for a library, empty where it is not installed.
    """
    from importlib.util import find_spec  # here: settings without add-ons look for none

    found = find_spec(library)
    return (found.origin or "") if found else ""


def _copy(value: Any) -> Any:
    # Projects add to their lists, and Django to DATABASES.
    try:
        return marshal.loads(marshal.dumps(value))  # plain values: a tenth of the cost
    except ValueError:
        return deepcopy(value)


def raise_alone(error: Exception) -> NoReturn:
    """
    Raise an error without the one that is being handled, not even as its context.
    """
    try:
        raise error from None
    finally:
        error.__context__ = None


def _may_hold_a_secret(error: Exception, variables: Mapping[str, str]) -> bool:
    import traceback  # here: settings that are right need none

    from heroku_support.redaction import has_piece_of_secret

    text = "".join(traceback.format_exception(error))
    return "://" in text or has_piece_of_secret(text, variables)
