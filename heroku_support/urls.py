"""
The health page, mounted by ``path("", include("heroku_support.urls"))``.

Where it is, ``HEROKU_SUPPORT_HEALTH_PATH`` says. The other endpoints are answered by the
middleware before any view, and are here to be reversed.
"""

from __future__ import annotations

from django.urls import path

from heroku_support.conf import conf
from heroku_support.health import page

ROOT = conf.HEROKU_SUPPORT_HEALTH_PATH.removeprefix("/")
IN_FRONT = ("live", "ready", "metrics")

app_name = "heroku_support"
urlpatterns = [
    path(ROOT, page.page, name="page"),
    path(ROOT.removesuffix("/"), page.page),
    *(path(ROOT + name, page.asset, {"name": name}, name) for name in page.ASSETS),
    *(path(ROOT + name, page.in_front, name=name) for name in IN_FRONT),
]
