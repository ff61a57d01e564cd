"""
The page at ``/health/``, for a person: checks, and charts of the last minutes.

It leans on nothing of the project that may be broken, or not there: it has a template engine and
files of its own, and asks no database but for the session of who has no token.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.transaction import non_atomic_requests
from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import reverse
from django.views.decorators.http import require_safe

from heroku_support.health import access

FOLDER = Path(__file__).with_name("assets")
ASSETS = {"page.css": "text/css", "page.js": "text/javascript"}
NONCES = ("_csp_nonce", "csp_nonce")  # Django's from 6.0 on, django-csp's
# For the links of files have in them what changes with the file.
A_YEAR = "private, max-age=31536000, immutable"


@login_not_required
@non_atomic_requests
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """
    Show the page to those who may see it; the others are told who may.
    """
    if refusal := access.refuse(request):
        status, headers = refusal.status, refusal.headers
        return _rendered(request, "refused.html", {"refusal": refusal}, status, headers)
    # Here: every process has the URL, and few are asked for it.
    from heroku_support.health.contents import contents

    return _rendered(request, "page.html", contents(request.GET.get("dyno", "")))


@login_not_required
@non_atomic_requests
@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """
    Send the style sheet or the script, which are no secret.
    """
    headers = {"Cache-Control": A_YEAR, "X-Content-Type-Options": "nosniff"}
    content_type = f"{ASSETS[name]}; charset=utf-8"
    return HttpResponse(_file(name), content_type=content_type, headers=headers)


@login_not_required
@require_safe
def in_front(request: HttpRequest) -> HttpResponse:
    """
    Stand for a path that is answered before any view, so that it can be reversed.
    """
    raise Http404("Build MIDDLEWARE with heroku.middleware([…]): that answers it.")


def _rendered(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    links = {"css": _link("page.css"), "js": _link("page.js"), "nonce": _nonce(request)}
    text = _engine().get_template(template).render(Context({**links, **context}))
    sent = {"Cache-Control": "no-store", **(headers or {})}
    return HttpResponse(text, status=status, headers=sent)


def _nonce(request: HttpRequest) -> str:
    """
    Return what a Content-Security-Policy may ask of scripts and styles; empty without one.
    """
    found = (getattr(request, name, None) for name in NONCES)
    # Made when it is first written: until then it counts as false.
    return next((str(each) for each in found if each is not None), "")


def _link(name: str) -> str:
    version = f"{zlib.crc32(_file(name)):08x}"
    return f"{reverse(f'heroku_support:{name}')}?{version}"


@cache
def _engine() -> Engine:
    # Whatever the project's templates are, or if it has none.
    return Engine(dirs=[str(FOLDER)])


@cache
def _file(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
