"""
Checks of ``LOGGING``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.utils.log import AdminEmailHandler, RequireDebugTrue

from heroku_support.checks.reading import entries, mapping, on_dyno, setting, text

I002 = checks.Info(
    "Lines of the log do not say which request they belong to.",
    hint="LOGGING = heroku.logging()",
    id="heroku_support.I002",
)
W019 = checks.Warning(
    "A log is written to the dyno's disk, which is lost at the next restart.",
    hint="LOGGING = heroku.logging()",
    id="heroku_support.W019",
)
W020 = checks.Warning(
    "Errors do not reach heroku logs: with DEBUG off no handler writes them out.",
    hint="LOGGING = heroku.logging()",
    id="heroku_support.W020",
)

DEVICES = ("/dev/", "/proc/")
# How projects call it: the router's X-Request-ID, or an id that a library makes.
REQUEST_ID_NAMES = ("request_id", "request-id", "requestid", "correlation", "guid")


def check_files(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Logplex reads what a process writes to stdout and stderr (Dev Center, "Writing to Your
    Log"); the disk is thrown away at least once a day.
    """
    handlers = mapping(mapping(setting("LOGGING")).get("handlers")).values()
    to_disk = any(map(_is_on_disk, map(mapping, handlers)))
    return [W019] if to_disk and on_dyno() else []


def check_output(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Django's own handlers write to the console with DEBUG only, and mail ADMINS else (Django
    docs, "Django's default logging configuration").
    """
    handlers = list(_handlers(logging.getLogger("django.request")))
    # Without any, Python's handler of last resort writes to stderr.
    silent = bool(handlers) and not any(map(_writes, handlers))
    return [W020] if silent and on_dyno() and not setting("DEBUG") else []


def check_request_id(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    The router gives every request an id and logs it (Dev Center, "HTTP Request IDs");
    gunicorn's access log has it, by our configuration.
    """
    configured = repr(mapping(setting("LOGGING"))).lower()
    formatted = next(entries("LOGGING"), None) is not None
    named = any(name in configured for name in (*REQUEST_ID_NAMES, "structlog"))
    return [I002] if formatted and not named and on_dyno() else []


def _is_on_disk(handler: Any) -> bool:
    # FileHandler, RotatingFileHandler and their like, whatever their module.
    path = str(handler.get("filename") or "")
    return (
        text(handler.get("class")).endswith("FileHandler")
        and bool(path)
        and not path.startswith(DEVICES)
    )


def _handlers(logger: logging.Logger) -> Iterator[logging.Handler]:
    """
    Return the handlers that a record of this logger comes to.
    """
    current: logging.Logger | None = logger
    while current:
        yield from current.handlers
        current = current.parent if current.propagate else None


def _writes(handler: logging.Handler) -> bool:
    return not (
        isinstance(handler, (AdminEmailHandler, logging.NullHandler))
        or any(isinstance(each, RequireDebugTrue) for each in handler.filters)
    )
