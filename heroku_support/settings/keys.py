"""
``DEBUG``, ``SECRET_KEY`` and ``SECRET_KEY_FALLBACKS``.
"""

from __future__ import annotations

import secrets

from heroku_support import variables
from heroku_support.settings.record import Record

# What startproject writes into a settings file, so it is known to whoever reads that.
INSECURE_PREFIX = "django-insecure-"
NEW_KEY = "\"$(python -c 'import secrets; print(secrets.token_urlsafe(50))')\""


def debug(record: Record) -> bool:
    """
    Return whether ``DEBUG`` is true in the environment.
    """
    on = record.attempt(lambda: variables.boolean(record.dyno.vars, "DEBUG"), False)
    source = "DEBUG" if "DEBUG" in record.dyno.vars else "default"
    return record.decide("DEBUG", on, source=source, why="off unless asked for")


def secret_key(record: Record) -> str:
    """
    Return ``SECRET_KEY``; a random one for this process where a lasting one is not needed.
    """
    # By plain lookup: django-environ follows a leading "$", which 2 % of Django's keys have.
    key = variables.text(record.dyno.vars, "SECRET_KEY")
    if key and not (record.dyno.is_heroku and key.startswith(INSECURE_PREFIX)):
        return record.decide("SECRET_KEY", key, source="SECRET_KEY")
    if key:
        _problem(record, f"is the {INSECURE_PREFIX}… key that startproject wrote.")
    elif record.dyno.is_heroku:
        _problem(record, "is missing.")
    elif record.dyno.phase == "local" and not _debug_is_on(record):
        reason = "is missing; with DEBUG=true a random one would do."
        record.problem("SECRET_KEY", reason, record.assignment("DEBUG", "true"))
    return record.decide(
        "SECRET_KEY",
        secrets.token_urlsafe(50),
        source="random",
        why=f"not set; good enough for the phase {record.dyno.phase}",
    )


def secret_key_fallbacks(record: Record) -> list[str]:
    """
    Return the comma-separated ``SECRET_KEY_FALLBACKS``, the keys that were rotated out.
    """
    keys = variables.words(record.dyno.vars, "SECRET_KEY_FALLBACKS")
    why = "still accepted, no longer used to sign"
    return record.decide(
        "SECRET_KEY_FALLBACKS", keys, source="SECRET_KEY_FALLBACKS", why=why
    )


def _problem(record: Record, reason: str) -> None:
    record.problem("SECRET_KEY", reason, record.assignment("SECRET_KEY", NEW_KEY))


def _debug_is_on(record: Record) -> bool:
    return record.attempt(lambda: variables.boolean(record.dyno.vars, "DEBUG"), False)
