"""
The pages of the tests' own project.
"""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.urls import path


def index(request: HttpRequest) -> HttpResponse:
    """
    Log, and say that the project was reached.
    """
    logging.getLogger("tests").warning("in the view")
    return HttpResponse("project")


urlpatterns = [path("", index), path("health/ready/x", index)]
