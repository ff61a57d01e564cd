"""
One page, which asks the database.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import path


def home(request: HttpRequest) -> HttpResponse:
    """
    Say how many users there are.
    """
    return HttpResponse(f"{User.objects.count()} users")


urlpatterns = [path("", home)]
