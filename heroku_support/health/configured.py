"""
The checks that a project has, by ``HEROKU_SUPPORT_CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from inspect import Parameter, signature
from typing import Any, NoReturn

from heroku_support.conf import conf
from heroku_support.errors import CheckError, ConfigError, Problem
from heroku_support.health.checks.call import Call
from heroku_support.health.run import Check, told

SETTING = "HEROKU_SUPPORT_CHECKS"
BUILT_IN = (
    *("database", "cache", "key_value", "broker", "workers"),
    *("migrations", "storage", "disk", "memory", "queue_time"),
)


def checks() -> list[Check]:
    """
    Return the checks. In place of one that cannot be made stands one that fails, and says why:
    a site that works must not be down because of a typing error.
    """
    found, problems = _make()
    return [*found, *map(_broken, problems)]


def mistakes() -> list[Problem]:
    """
    Return what is wrong with the setting.
    """
    return _make()[1]


def _make() -> tuple[list[Check], list[Problem]]:
    found: list[Check] = []
    problems: list[Problem] = []
    try:
        asked = conf.HEROKU_SUPPORT_CHECKS
    except ConfigError as error:
        return found, list(error.problems)
    for name, options in asked.items():
        try:
            found += _find(name, dict(options))
        except Exception as error:  # of the project's code as well, which it names
            problems.append(_problem(name, error))
    return found, problems


def _find(name: str, options: dict[str, Any]) -> Sequence[Check]:
    kind = options.pop("check", name)
    if kind not in BUILT_IN and "." not in kind:
        raise CheckError(
            f"{kind!r} is no dotted path, and none of {', '.join(BUILT_IN)}"
        )
    if kind in BUILT_IN:
        find = import_module(f"heroku_support.health.checks.{kind}").find
        _refuse_unknown(find, options)
    else:
        find = partial(
            import_module("heroku_support.health.checks.own").find, path=kind
        )
    found: Sequence[Check] = find(name, **options)
    return found


def _refuse_unknown(find: Callable[..., Any], options: dict[str, Any]) -> None:
    parameters = signature(find).parameters.values()
    known = [each.name for each in parameters if each.kind is Parameter.KEYWORD_ONLY]
    for option in options:
        if option not in known:
            raise CheckError(f"{option!r} is no option of it, but {', '.join(known)}")


def _problem(name: str, error: Exception) -> Problem:
    return Problem(
        f"{SETTING}[{name!r}]",
        f"cannot be used: {told(error)}.",
        f"{SETTING} = {{{name!r}: …}}, see docs/reference/health.md",
    )


def _broken(problem: Problem) -> Check:
    return Call(problem.variable, partial(_fail, problem), decides=True)


def _fail(problem: Problem) -> NoReturn:
    raise CheckError(f"{problem.reason} {problem.fix}")
