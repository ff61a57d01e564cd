"""
The exceptions that this package raises on purpose; ``metrics/`` and ``release/`` have their own.

Messages name the variable or the database, never a value that could be secret.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured


class Problem:
    """
    One thing that is wrong with the environment, and the line that mends it.
    """

    # No dataclass, here and where else every process passes: defining one takes longer
    # than the rest of its module.
    def __init__(self, variable: str, reason: str, fix: str) -> None:
        self.variable = variable
        self.reason = reason
        self.fix = fix

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self.line == other.line

    def __repr__(self) -> str:
        return f"Problem({self.line!r})"

    def __str__(self) -> str:
        return f"  {self.variable} {self.reason}\n      {self.fix}"

    @property
    def line(self) -> str:
        """
        The same on one line.
        """
        return f"{self.variable} {self.reason} Fix: {self.fix}"


class ConfigError(ImproperlyConfigured):
    """
    Say everything that is wrong with the environment at once.

    A subclass of ``ImproperlyConfigured``, so ``manage.py help`` still works and prints it.
    """

    def __init__(self, problems: Iterable[Problem], phase: str | None = None) -> None:
        self.problems = tuple(problems)
        self.phase = phase
        count = len(self.problems)
        heading = f"{count} problem{'s' * (count != 1)} with this app's configuration"
        where = f" (phase: {phase})" if phase else ""
        # Alone, and a text: pytest-django adds its own to the first argument.
        super().__init__("\n".join([f"{heading}{where}:", *map(str, self.problems)]))

    def __reduce__(self) -> tuple[type, tuple[tuple[Problem, ...], str | None]]:
        return type(self), (self.problems, self.phase)


class ServiceURLError(ValueError):
    """
    A service's URL is malformed; the message is the reason, without any part of it.
    """


class CheckError(Exception):
    """
    What a readiness check looked at cannot be used; the message is the reason.
    """


class CheckWarning(Exception):
    """
    What a readiness check looked at is not as it should be, but the app does its work.

    For a project's own checks to raise.
    """
