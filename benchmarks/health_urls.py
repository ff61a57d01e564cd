"""
The pages of each peer, as its documentation says, and the admin, which a new project has.
"""

from __future__ import annotations

import asyncio
import os
import time

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path

SECONDS = 0.1


def empty(request: HttpRequest) -> HttpResponse:
    """
    Answer at once.
    """
    return HttpResponse("ok")


def wait(request: HttpRequest) -> HttpResponse:
    """
    Answer after a time in which the processor has nothing to do.
    """
    time.sleep(SECONDS)
    return HttpResponse("ok")


async def empty_async(request: HttpRequest) -> HttpResponse:
    """
    Answer at once, as one writes it for ASGI.
    """
    return HttpResponse("ok")


async def wait_async(request: HttpRequest) -> HttpResponse:
    """
    Answer after the same time, as one writes it for ASGI.
    """
    await asyncio.sleep(SECONDS)
    return HttpResponse("ok")


is_asgi = "ASGI" in os.environ["PEER"]
urlpatterns = [
    path("admin/", admin.site.urls),
    path("empty/", empty_async if is_asgi else empty),
    path("wait/", wait_async if is_asgi else wait),
]
if os.environ["PEER"] == "peers":
    import django_alive.views
    import watchman.views
    from health_check.views import HealthCheckView

    urlpatterns += [
        path("alive/", django_alive.views.alive),
        path("ping/", watchman.views.ping),
        path("watchman/", watchman.views.bare_status),
        path("health-check/", HealthCheckView.as_view(checks=[])),
        path(
            "database/",
            HealthCheckView.as_view(checks=["health_check.checks.Database"]),
        ),
    ]
