"""
What Django hooks into, in one list.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import pre_migrate
from django.utils.module_loading import import_string

TAG = "heroku_support"  # manage.py check --tag heroku_support
CHECKS = (
    "caches.check_memcached_login",
    "caches.check_sessions",
    "caches.check_shared",
    "celery.check_broker",
    "celery.check_result_backend",
    "celery.check_results",
    "channels.check_layer",
    "databases.check_asgi",
    "databases.check_health_checks",
    "databases.check_host",
    "databases.check_pool",
    "databases.check_pool_library",
    "databases.check_server_side_cursors",
    "databases.check_sqlite",
    "databases.check_tls",
    "geo.check_engine",
    "health.check_readiness",
    "key_value.check_certificate",
    "key_value.check_plain",
    "libpq.check_variables",
    "logs.check_files",
    "logs.check_output",
    "mail.check_server",
    "media.check_uploads",
    "middleware.check_first",
    "mysql.check_tls",
    "own_settings.check_names",
    "own_settings.check_values",
    "search.check_index",
    "search.check_plain",
    "security.check_cookie_domains",
    "security.check_debug",
    "security.check_forwarded_host",
    "security.check_own_host",
    "security.check_proxy_header",
    "security.check_redirect_loop",
    "staticfiles.check_manifest",
    "staticfiles.check_nostatic",
    "urls.check_page",
)
DEPLOY_CHECKS = (
    "celery.check_eager",
    "logs.check_request_id",
    "security.check_any_host",
    "security.check_hsts_preload",
    "security.check_wildcard_host",
    "staticfiles.check_order",
    "staticfiles.check_root",
    "staticfiles.check_served",
    "time_zone.check_use_tz",
)


class HerokuSupportConfig(AppConfig):
    """
    The app.
    """

    name = "heroku_support"
    verbose_name = "Heroku support"

    def ready(self) -> None:
        """
        Register the system checks and the guard of a plain ``migrate``, and count what a Celery
        worker does.
        """
        for name in CHECKS:
            register(_later(f"checks.{name}"), TAG)
        for name in DEPLOY_CHECKS:
            register(_later(f"checks.{name}"), TAG, deploy=True)
        # Nobody else keeps it: the signal itself would forget it.
        pre_migrate.connect(_later("release.guard.before_migrate"), weak=False)
        if "celery.signals" in sys.modules:  # a worker has them long before
            import_string("heroku_support.metrics.celery.connect")()


def _later(name: str) -> Callable[..., Any]:
    # Imported when it is run, which a web process never does.
    def _run(**kwargs: Any) -> Any:
        return import_string(f"heroku_support.{name}")(**kwargs)

    return _run
