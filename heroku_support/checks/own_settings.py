"""
Checks of ``HEROKU_SUPPORT_…``, but for the readiness checks, which stand in ``health``.
"""

from __future__ import annotations

from typing import Any

from django.core import checks

from heroku_support import conf

E018 = checks.Error(
    "A setting of heroku_support has a value that it cannot have.",
    hint="See docs/reference/settings.md.",
    id="heroku_support.E018",
)
W024 = checks.Warning(
    "A setting is named nearly as one of heroku_support, which nobody reads.",
    hint="See docs/reference/settings.md.",
    id="heroku_support.W024",
)
READINESS = "HEROKU_SUPPORT_CHECKS"


def check_values(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    A process that meets such a value ends, or goes on without what it is for.
    """
    return [
        checks.Error(
            f"{problem.variable} {problem.reason}", hint=problem.fix, id=E018.id
        )
        for problem in conf.mistakes()
        if not problem.variable.startswith(READINESS)
    ]


def check_names(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Django knows no setting by name, so it takes each for the project's own.
    """
    return [
        checks.Warning(
            f"{name} is no setting of heroku_support.", hint=meant, id=W024.id
        )
        for name, meant in conf.unknown().items()
    ]
