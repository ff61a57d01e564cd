"""
Answer the health endpoints within Django, where no front stands before it.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from heroku_support.health import answers, front
from heroku_support.health.answers import Answer
from heroku_support.health.current import current
from heroku_support.health.report import Report


def answer(request: HttpRequest, endpoint: str | None) -> HttpResponse | None:
    """
    Return what an endpoint answers; None if the path only reads like one.

    :param endpoint: one of ``ENDPOINTS``, by the path; None if the path is no endpoint's.
    """
    found = _find(request, endpoint)
    if isinstance(found, Future):
        found = _ready(found.result(), request)
    return _response(found, request) if found else None


async def answer_async(
    request: HttpRequest, endpoint: str | None
) -> HttpResponse | None:
    """
    The same in an event loop, which it does not hold up.
    """
    found = _find(request, endpoint)
    if isinstance(found, Future):
        found = _ready(await asyncio.wrap_future(found), request)
    return _response(found, request) if found else None


def _find(request: HttpRequest, endpoint: str | None) -> Answer | Future[Report] | None:
    """
    Return what to answer, the report to wait for, or None.
    """
    method = request.method or ""
    if not request.path.startswith("/"):
        # Redirects put the host in front of it: "@evil.example/" would make it a user's
        # name. A WSGI server adds the slash, an ASGI server may not.
        return answers.BAD_REQUEST
    if not _is_exact(request):
        return None
    if endpoint == "live":
        return answers.live(method)
    if endpoint == "metrics":
        return answers.metrics(method, request.META)
    return current().report() if method in answers.METHODS else answers.NOT_ALLOWED


def _is_exact(request: HttpRequest) -> bool:
    scope = getattr(request, "scope", None)
    return (
        front.is_exact(request.META) if scope is None else front.is_exact_scope(scope)
    )


def _ready(report: Report, request: HttpRequest) -> Answer:
    authorization = request.headers.get("Authorization")
    details = answers.may_see_details(authorization, debug=settings.DEBUG)
    return answers.ready(report, details=details)


def _response(answer: Answer, request: HttpRequest) -> HttpResponse:
    body = answer.body_for(request.method or "")
    response = HttpResponse(body, status=answer.status, headers=dict(answer.headers))
    # Django logs each 4xx and 5xx that is not marked like this; probes would fill the log.
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
    return response
