"""
The ``SECURE_*`` settings and secure cookies, behind Heroku's router.
"""

from __future__ import annotations

from typing import TypedDict

from heroku_support import variables
from heroku_support.settings.record import Record

# An hour: short enough to go back. Raise it by HSTS_SECONDS once all pages work over TLS.
FIRST_HSTS_SECONDS = 3600
LONGEST_HSTS_SECONDS = 10 * 365 * 24 * 3600


class SecuritySettings(TypedDict, total=False):
    """
    What ``security()`` returns, and what it takes to override.
    """

    SECURE_PROXY_SSL_HEADER: tuple[str, str] | None
    SECURE_SSL_REDIRECT: bool
    SECURE_HSTS_SECONDS: int
    SECURE_HSTS_INCLUDE_SUBDOMAINS: bool
    SECURE_HSTS_PRELOAD: bool
    SESSION_COOKIE_SECURE: bool
    CSRF_COOKIE_SECURE: bool


def security(record: Record, overrides: SecuritySettings) -> SecuritySettings:
    """
    Return the settings: TLS for everything behind the router, nothing elsewhere.
    """
    unknown = overrides.keys() - SecuritySettings.__annotations__.keys()
    if unknown:
        raise TypeError(f"security() does not set {', '.join(sorted(unknown))}")
    routed = record.dyno.is_heroku
    value: SecuritySettings = {
        # The router replaces a client's own X-Forwarded-Proto; without a router in front
        # anybody could send it and be "secure".
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")
        if routed
        else None,
        "SECURE_SSL_REDIRECT": routed,
        "SECURE_HSTS_SECONDS": _hsts_seconds(record) if routed else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
        "SECURE_HSTS_PRELOAD": False,
        "SESSION_COOKIE_SECURE": routed,
        "CSRF_COOKIE_SECURE": routed,
    }
    value.update(overrides)
    for setting, each in value.items():
        source = "argument" if setting in overrides else "DYNO"
        why = "behind Heroku's router" if routed else "no router in front"
        record.decide(
            setting, each, source=source, why="" if setting in overrides else why
        )
    return value


def _hsts_seconds(record: Record) -> int:
    def read() -> int | None:
        line = record.assignment("HSTS_SECONDS", str(FIRST_HSTS_SECONDS))
        limits = (0, LONGEST_HSTS_SECONDS)
        return variables.integer(
            record.dyno.vars, "HSTS_SECONDS", within=limits, fix=line
        )

    seconds = record.attempt(read, None)
    return FIRST_HSTS_SECONDS if seconds is None else seconds
