"""
Where the health endpoints are.
"""

from __future__ import annotations

from collections.abc import Iterable

from heroku_support.conf import conf

ENDPOINTS = ("live", "ready", "metrics")


def paths(endpoint: str) -> Iterable[str]:
    """
    Return the paths of an endpoint, with and without a trailing slash.
    """
    path = f"{conf.HEROKU_SUPPORT_HEALTH_PATH}{endpoint}"
    return (path, f"{path}/")
