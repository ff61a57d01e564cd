"""
Checks of ``HEROKU_SUPPORT_CHECKS``.
"""

from __future__ import annotations

from typing import Any

from django.core import checks

from heroku_support.health import configured

E017 = checks.Error(
    "A readiness check cannot be used, and fails wherever the app runs.",
    hint="See docs/reference/health.md: the setting HEROKU_SUPPORT_CHECKS.",
    id="heroku_support.E017",
)


def check_readiness(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    A typing error would be seen when the site is not ready any more.
    """
    return [
        checks.Error(f"{problem.variable} {problem.reason}", E017.hint, id=E017.id)
        for problem in configured.mistakes()
    ]
