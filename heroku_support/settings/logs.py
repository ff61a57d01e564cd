"""
``LOGGING``: everything to stdout, where Logplex reads it, with the request's id.
"""

from __future__ import annotations

from typing import Any

from heroku_support import variables
from heroku_support.settings import Record

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# Levels at which a request's warnings are left out.
MUTED = ("INFO", "WARNING")
# No time stamp: Logplex writes its own in front of each line.
FORMAT = "level=%(levelname)s logger=%(name)s request_id=%(request_id)s %(message)s"


def logging(record: Record) -> dict[str, Any]:
    """
    Return ``LOGGING``, from the level in ``LOG_LEVEL`` (``INFO``) upwards.
    """
    level = _level(record)
    console = {
        "class": "logging.StreamHandler",
        "stream": "ext://sys.stdout",
        "filters": ["request_id"],
        "formatter": "line",
    }
    # As Django has it, without secrets: it mails nothing where ADMINS is empty.
    mail_admins = {
        "class": "heroku_support.reporting.AdminEmailHandler",
        "level": "ERROR",
        "filters": ["require_debug_false"],
    }
    value = {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": "heroku_support.request_id.RequestIDFilter"},
            "require_debug_false": {"()": "django.utils.log.RequireDebugFalse"},
        },
        "formatters": {"line": {"format": FORMAT}},
        "handlers": {"console": console, "mail_admins": mail_admins},
        "root": {"handlers": ["console"], "level": level},
        # Named, it loses the handler that Django gives it for the console, which says
        # nothing in production; its records reach the root.
        "loggers": {
            "django": {"handlers": ["mail_admins"], "level": level},
            # Each page that is not found would be a warning, and the router logs it anyway.
            "django.request": {"level": "ERROR" if level in MUTED else level},
        },
    }
    source = "LOG_LEVEL" if "LOG_LEVEL" in record.dyno.vars else "default"
    return record.decide("LOGGING", value, source=source, why="Logplex reads stdout")


def _level(record: Record) -> str:
    level = variables.text(record.dyno.vars, "LOG_LEVEL").upper() or "INFO"
    if level in LEVELS:
        return level
    reason = f"{variables.shown(level)} is none of: {', '.join(LEVELS)}."
    record.problem("LOG_LEVEL", reason, record.assignment("LOG_LEVEL", "INFO"))
    return "INFO"
