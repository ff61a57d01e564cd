"""
The survey at the root, the city team's desk under ``/admin/``, how it is doing at ``/health/``.
"""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("heroku_support.urls")),
    path("", include("places.urls")),
]
