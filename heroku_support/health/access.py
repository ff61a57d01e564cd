"""
Who may see the page: staff, whoever has the token, and anybody where DEBUG is on.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from heroku_support.conf import conf
from heroku_support.health import answers

CHALLENGE = 'Basic realm="health", charset="UTF-8"'


@dataclass(frozen=True)
class Refusal:
    """
    Why somebody may not see the page, and what can be done about it.

    :param login: where to sign in; empty where that is not known, or would not help.
    """

    status: HTTPStatus
    reason: str
    login: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """
        What makes a browser ask for the token.
        """
        asks = self.status == HTTPStatus.UNAUTHORIZED
        return {"WWW-Authenticate": CHALLENGE} if asks else {}


def refuse(request: HttpRequest) -> Refusal | None:
    """
    Return None for those who may see the page.
    """
    authorization = request.headers.get("Authorization")
    if settings.DEBUG or answers.has_token(authorization, "basic", "bearer"):
        return None
    try:
        if _is_staff(request):
            return None
    except Exception as error:  # whatever the sessions are kept in raises
        return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, _unknown(error))
    if conf.HEROKU_SUPPORT_HEALTH_TOKEN:
        reason = (
            "It is for staff, and for who has the token: as password, with any name."
        )
        return Refusal(HTTPStatus.UNAUTHORIZED, reason, _login(request))
    return Refusal(HTTPStatus.FORBIDDEN, "It is for staff.", _login(request))


def _is_staff(request: HttpRequest) -> bool:
    # Without Django's sessions there is no user, and a project's own may have no staff.
    user: Any = getattr(request, "user", None)
    return bool(getattr(user, "is_staff", False) and user.is_active)


def _unknown(error: Exception) -> str:
    # The kind only: what it says may hold a host, a user or a password.
    return (
        f"Your session cannot be looked up ({type(error).__name__}). The page needs none for who"
        " gives HEROKU_SUPPORT_HEALTH_TOKEN as password."
    )


def _login(request: HttpRequest) -> str:
    try:
        url = reverse("admin:login")
    except NoReverseMatch:  # the project has no admin
        return ""
    return f"{url}?{urlencode({'next': request.get_full_path()})}"
