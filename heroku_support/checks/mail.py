"""
Checks of how mail is sent.
"""

from __future__ import annotations

import warnings
from typing import Any

from django.core import checks
from django.urls import reverse

from heroku_support.checks.reading import (
    is_installed,
    mapping,
    on_dyno,
    setting,
    text,
)

W021 = checks.Warning(
    "Mail goes to a server on the dyno itself, where none runs: it is not sent.",
    hint="heroku addons:create mailgun, and globals().update(heroku.email())",
    id="heroku_support.W021",
)

SMTP = "django.core.mail.backends.smtp.EmailBackend"
# Views of django.contrib.auth, and apps, that send mail.
PASSWORD_RESETS = ("password_reset", "admin_password_reset")
APPS = ("allauth.account", "django_registration", "djoser")


def check_server(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Django's default is a server on port 25 of this machine; a dyno has none (Dev Center,
    "Sending Email").
    """
    return [W021] if on_dyno() and _is_local() and _is_used() else []


def _is_local() -> bool:
    # Django 6.1 warns of each use of the older settings; these are not ours.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mailers = setting("MAILERS")
        if mailers is None:
            backend, host = setting("EMAIL_BACKEND"), setting("EMAIL_HOST")
        else:
            # Without a default Django says so itself.
            entry = mapping(mapping(mailers).get("default", {"BACKEND": ""}))
            backend = entry.get("BACKEND", SMTP)
            host = mapping(entry.get("OPTIONS")).get("host")
    return backend == SMTP and _is_loopback(text(host))


def _is_loopback(host: str) -> bool:
    return host.lower() in ("", "localhost", "::1") or host.startswith("127.")


def _is_used() -> bool:
    return bool(setting("ADMINS")) or any(map(is_installed, APPS)) or _resets()


def _resets() -> bool:
    for name in PASSWORD_RESETS:
        try:
            return bool(reverse(name))
        except Exception:  # no such view, or URLs that Django refuses and reports
            continue
    return False
