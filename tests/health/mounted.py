"""
A URLconf with the page, and with where staff sign in.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def login(request: HttpRequest) -> HttpResponse:
    """
    Stand for the admin's page.
    """
    return HttpResponse("login")


urlpatterns = [
    path("", include("heroku_support.urls")),
    path("desk/", include(([path("login/", login, name="login")], "admin"))),
]
