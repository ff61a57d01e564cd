"""
What Django hooks into, in one list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register
from django.utils.module_loading import import_string

CHECKS = (
    "databases.check_sqlite",
    "middleware.check_first",
    "security.check_debug",
)
DEPLOY_CHECKS = ("security.check_wildcard_host",)


class HerokuSupportConfig(AppConfig):
    """
    The app.
    """

    name = "heroku_support"
    verbose_name = "Heroku support"

    def ready(self) -> None:
        """
        Register the system checks.
        """
        for name in CHECKS:
            register(_check(name), Tags.security)
        for name in DEPLOY_CHECKS:
            register(_check(name), Tags.security, deploy=True)


def _check(name: str) -> Callable[..., list[CheckMessage]]:
    # Imported when it is run, which a web process never does.
    def check(**kwargs: Any) -> list[CheckMessage]:
        found: list[CheckMessage] = import_string(f"heroku_support.checks.{name}")(
            **kwargs
        )
        return found

    return check
