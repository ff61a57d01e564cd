"""
A project's own check, by its dotted path: a function, or a class with a method ``run``, as those
of django-health-check 4 are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.module_loading import import_string

from heroku_support.errors import CheckWarning
from heroku_support.health.checks.call import Call


def find(name: str, path: str, *, decides: bool = True, **options: Any) -> list[Call]:
    """
    Return the check, made or called with these options.

    :raises TypeError: if it is no check.
    """
    found = import_string(path)
    if not isinstance(found, type):
        return [Call(name, partial(_callable(found), **options), decides=decides)]
    run = getattr(found(**options), "run", None)
    return [HealthCheck(name, _callable(run), decides=decides)]


class HealthCheck(Call):
    """
    Runs a check of django-health-check; its ``ServiceWarning`` is a warning here.
    """

    def run(self) -> None:
        """
        Run it, without the package's own deadline: there is one already.
        """
        try:
            super().run()
        except Exception as error:
            if isinstance(error, _service_warning()):
                raise CheckWarning(str(error)) from error
            raise


def _callable(found: Any) -> Callable[..., Any]:
    if not callable(found):
        raise TypeError("it is neither a function nor a class with a method run()")
    function: Callable[..., Any] = found
    return function


def _service_warning() -> type[Exception] | tuple[()]:
    exceptions = sys.modules.get("health_check.exceptions")
    found: type[Exception] | tuple[()] = getattr(exceptions, "ServiceWarning", ())
    return found
