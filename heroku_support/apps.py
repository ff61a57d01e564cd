"""
What Django hooks into, in one list.
"""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register

from heroku_support.checks import databases, middleware, security


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
        register(databases.check_sqlite, Tags.security)
        register(middleware.check_first, Tags.security)
        register(security.check_debug, Tags.security)
        register(security.check_wildcard_host, Tags.security, deploy=True)
