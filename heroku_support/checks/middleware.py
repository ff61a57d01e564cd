"""
Checks of ``MIDDLEWARE``.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from heroku_support.settings.staticfiles import HEROKU_MIDDLEWARE

W003 = checks.Warning(
    "HerokuMiddleware is not the first: others can refuse the health endpoints.",
    hint="Build MIDDLEWARE with heroku.middleware([…]).",
    id="heroku_support.W003",
)


def check_first(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Host checks and redirects belong behind the health endpoints.
    """
    return [] if list(settings.MIDDLEWARE[:1]) == [HEROKU_MIDDLEWARE] else [W003]
