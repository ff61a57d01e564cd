"""
The types of what the helpers return; for type checkers only, nothing imports this.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

ConnMaxAge = int | None | Literal["default"]


class DatabaseSettings(TypedDict, total=False):
    """
    One entry of ``DATABASES``.
    """

    ENGINE: str
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: int | str
    OPTIONS: dict[str, Any]
    CONN_MAX_AGE: int | None
    CONN_HEALTH_CHECKS: bool
    DISABLE_SERVER_SIDE_CURSORS: bool


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
