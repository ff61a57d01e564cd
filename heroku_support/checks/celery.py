"""
Checks of Celery's settings, in Django's with the prefix ``CELERY_``.
"""

from __future__ import annotations

import sys
from typing import Any

from django.core import checks

from heroku_support.checks.reading import (
    is_installed,
    mapping,
    on_dyno,
    parsed,
    setting,
    text,
)

E008 = checks.Error(
    "Celery refuses a rediss:// result backend that does not say ssl_cert_reqs.",
    hint="Take Celery's settings from heroku.celery(), or append ?ssl_cert_reqs=none to"
    " CELERY_RESULT_BACKEND.",
    id="heroku_support.E008",
)
W010 = checks.Warning(
    "Celery's tasks run where they are called: whoever asked waits for them.",
    hint="heroku addons:create heroku-redis:mini, and globals().update(heroku.celery())",
    id="heroku_support.W010",
)
W011 = checks.Warning(
    "Celery keeps results on the dyno's disk or in memory, where no other looks.",
    hint="CELERY_RESULT_BACKEND = heroku.key_value_url() or None",
    id="heroku_support.W011",
)
W022 = checks.Warning(
    "Celery's broker is in memory or on the dyno's disk: tasks reach no other dyno.",
    hint="heroku addons:create heroku-redis:mini, and globals().update(heroku.celery())",
    id="heroku_support.W022",
)

APPS = ("django_celery_beat", "django_celery_results")
HERE = ("memory://", "filesystem://")
RESULTS_HERE = ("file://", "cache+memory://", "cache+locmem://")


def check_result_backend(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    The backend raises ValueError when the first result is stored (Celery 5.7,
    ``backends/redis.py``).
    """
    url = parsed(setting("CELERY_RESULT_BACKEND"))
    options = mapping(setting("CELERY_REDIS_BACKEND_USE_SSL"))
    if url is None or url.scheme != "rediss":
        return []
    said = "ssl_cert_reqs" in url.query or "ssl_cert_reqs" in options
    return [] if said else [E008]


def check_broker(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Dynos share neither memory nor disk (Dev Center, "Dynos").
    """
    here = text(setting("CELERY_BROKER_URL")).startswith(HERE) and not _is_eager()
    return [W022] if here and on_dyno() and _is_used() else []


def check_eager(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    A request that takes longer than 30 s is ended by the router (Dev Center, "Request
    Timeout"); with tasks that take less, a small project may do without a broker.
    """
    return [W010] if _is_eager() and on_dyno() and _is_used() else []


def check_results(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Dynos share neither memory nor disk (Dev Center, "Dynos").
    """
    backend = text(setting("CELERY_RESULT_BACKEND"))
    here = backend.startswith(RESULTS_HERE)
    return [W011] if here and on_dyno() and _is_used() else []


def _is_eager() -> bool:
    return bool(setting("CELERY_TASK_ALWAYS_EAGER"))


def _is_used() -> bool:
    # A project's Celery app is imported with the project (Celery docs, "First steps with
    # Django"); the settings alone may be there for nobody.
    return "celery" in sys.modules or any(map(is_installed, APPS))
