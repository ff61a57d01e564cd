"""
The rules: each one a module, whose name is the rule's and whose docstring is its page.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from heroku_support.manifests.findings import Edit, Finding, Problem, Severity
from heroku_support.manifests.source import START, Position, Source

Check = TypeVar("Check", bound=Callable[..., Iterator[Finding]])
_REGISTERED: dict[str, Rule] = {}


class Rule:
    """
    One rule; ``@rule.check`` marks the function that looks for what breaks it.

    :param module: ``__name__`` of its module: ``…rules.procfile.colon_missing`` is the rule
        ``colon-missing`` on the kind ``procfile``.
    """

    def __init__(self, module: str, severity: Severity) -> None:
        self.module = module
        *_, self.kind, name = module.split(".")
        self.name = name.replace("_", "-")
        self.severity = severity
        self._check: Callable[[Any], Iterator[Finding]] | None = None
        _REGISTERED[self.name] = self

    def check(self, function: Check) -> Check:
        """
        Register the function, which is given what the kind stands for.
        """
        self._check = function
        return function

    def examine(self, subject: Any) -> Iterable[Finding]:
        """
        Return what the rule finds.
        """
        return self._check(subject) if self._check else ()

    @property
    def page(self) -> str:
        """
        The docstring of its module.
        """
        return (sys.modules[self.module].__doc__ or "").strip()

    def reported(
        self, source: Source, problems: Iterable[Problem]
    ) -> Iterator[Finding]:
        """
        Return what a reader of the file says that breaks this rule.
        """
        for each in problems:
            if each.rule == self.name:
                yield self.finding(
                    source, each.offset, each.message, fix=each.fix, edits=each.edits
                )

    def finding(
        self,
        source: Source,
        offset: int,
        message: str,
        *,
        fix: str,
        edits: Iterable[Edit] = (),
        severity: Severity | None = None,
    ) -> Finding:
        """
        Return a finding at a character of a file.
        """
        found = self.at(
            source.path,
            message,
            fix=fix,
            position=source.position(offset),
            severity=severity,
            edits=edits,
        )
        return found

    def at(
        self,
        path: str,
        message: str,
        *,
        fix: str,
        position: Position = START,
        severity: Severity | None = None,
        edits: Iterable[Edit] = (),
    ) -> Finding:
        """
        Return a finding about a file as a whole, or one that is not there.
        """
        return Finding(
            path=path,
            line=position.line,
            column=position.column,
            rule=self.name,
            severity=severity or self.severity,
            message=message,
            fix=fix,
            edits=tuple(edits),
        )


@cache
def rules() -> dict[str, Rule]:
    """
    Return all rules by their name.
    """
    package = import_module("heroku_support.manifests.rules")
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        import_module(found.name)
    return dict(sorted(_REGISTERED.items()))
