"""
The pages of each peer, as its documentation says, and the admin, which a new project has.
"""

from __future__ import annotations

import os

from django.contrib import admin
from django.http import HttpResponse
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("empty/", lambda request: HttpResponse("ok")),
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
