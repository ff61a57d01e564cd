"""
Checks of ``DEBUG`` and ``ALLOWED_HOSTS``.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from heroku_support.dyno import Dyno

W001 = checks.Warning(
    "DEBUG is on, on a dyno: errors show source code and settings to everybody.",
    hint="heroku config:unset DEBUG",
    id="heroku_support.W001",
)
W002 = checks.Warning(
    "ALLOWED_HOSTS has .herokuapp.com, which is the name of everybody's app.",
    hint="heroku labs:enable runtime-dyno-metadata, so that heroku.allowed_hosts() knows"
    " this app's own name.",
    id="heroku_support.W002",
)


def check_debug(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    DEBUG=true on a dyno is somebody's forgotten experiment.
    """
    return [W001] if settings.DEBUG and Dyno.from_environ().is_heroku else []


def check_wildcard_host(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    A host that belongs to anybody lets anybody's name into links that this app makes.
    """
    on_dyno = Dyno.from_environ().is_heroku
    return [W002] if on_dyno and ".herokuapp.com" in settings.ALLOWED_HOSTS else []
