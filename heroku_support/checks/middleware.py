"""
Checks of ``MIDDLEWARE``.
"""

from __future__ import annotations

from typing import Any

from django.core import checks

from heroku_support.checks.reading import setting, texts
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
    first = texts(setting("MIDDLEWARE"))[:1]
    return [] if first == [HEROKU_MIDDLEWARE] else [W003]
