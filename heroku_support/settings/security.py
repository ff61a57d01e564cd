"""
``DEBUG``, the keys, and the ``SECURE_*`` settings behind Heroku's router.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from heroku_support import variables
from heroku_support.settings.hosts import (
    CANONICAL_HOST,
    CANONICAL_SETTING,
    canonical_hosts,
)

if TYPE_CHECKING:
    from heroku_support.settings import Record
    from heroku_support.settings.typed import SecuritySettings

# What startproject writes into a settings file, so it is known to whoever reads that.
INSECURE_PREFIX = "django-insecure-"
NEW_KEY = "\"$(python -c 'import secrets; print(secrets.token_urlsafe(50))')\""

HSTS_SECONDS, HSTS_SINCE = "HSTS_SECONDS", "HSTS_SINCE"

REPORTER = "heroku_support.reporting.ExceptionReporter"
REPORTER_FILTER = "heroku_support.reporting.ReporterFilter"

HOUR = 3600
DAY = 24 * HOUR
# An hour: short enough to go back.
FIRST_HSTS_SECONDS = HOUR
LONGEST_HSTS_SECONDS = 10 * 365 * DAY
# Until so many days after HSTS_SINCE, so many seconds; then a year. Each step is long enough
# to hear of what does not work over TLS (hstspreload.org, "Deployment Recommendations").
HSTS_RAMP = ((7, HOUR), (28, DAY), (84, 7 * DAY), (168, 28 * DAY))
FULL_HSTS_SECONDS = 365 * DAY


def debug(record: Record) -> bool:
    """
    Return whether ``DEBUG`` is true in the environment.
    """
    on = debug_is_on(record)
    source = "DEBUG" if "DEBUG" in record.dyno.vars else "default"
    return record.decide("DEBUG", on, source=source, why="off unless asked for")


def debug_is_on(record: Record) -> bool:
    """
    Whether ``DEBUG`` is true in the environment; what is neither is a problem.
    """
    return record.attempt(lambda: variables.boolean(record.dyno.vars, "DEBUG"), False)


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
    elif record.dyno.phase == "local" and not debug_is_on(record):
        reason = "is missing; with DEBUG=true a random one would do."
        record.problem("SECRET_KEY", reason, record.assignment("DEBUG", "true"))
    import secrets  # here: it brings a library for hashes, and most processes have a key

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
    source = "SECRET_KEY_FALLBACKS" if keys else "default"
    return record.decide("SECRET_KEY_FALLBACKS", keys, source=source, why=why)


def _problem(record: Record, reason: str) -> None:
    record.problem("SECRET_KEY", reason, record.assignment("SECRET_KEY", NEW_KEY))


def security(record: Record, overrides: SecuritySettings) -> SecuritySettings:
    """
    Return the settings: TLS for everything behind the router, nothing elsewhere.
    """
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
        "DEFAULT_EXCEPTION_REPORTER": REPORTER,
        "DEFAULT_EXCEPTION_REPORTER_FILTER": REPORTER_FILTER,
        "HEROKU_SUPPORT_CANONICAL_HOST": canonical_hosts(record),
    }
    reason = partial(_reason, record)
    group = record.decide_group("security", value, overrides, reason)
    return cast("SecuritySettings", group)


def _reason(record: Record, setting: str) -> tuple[str, str]:
    routed = record.dyno.is_heroku
    if setting.startswith("DEFAULT_EXCEPTION_REPORTER"):
        return "default", "hides secrets in reports of errors"
    if setting == CANONICAL_SETTING:
        named = routed and variables.text(record.dyno.vars, CANONICAL_HOST)
        return CANONICAL_HOST if named else "default", "other hosts lead to the first"
    if setting == "SECURE_HSTS_SECONDS" and routed:
        names = (HSTS_SECONDS, HSTS_SINCE)
        given = [name for name in names if variables.text(record.dyno.vars, name)]
        return (given or ["default"])[0], "how long browsers insist on TLS"
    return "DYNO", "behind Heroku's router" if routed else "no router in front"


def _hsts_seconds(record: Record) -> int:
    def read() -> int | None:
        line = record.assignment(HSTS_SECONDS, str(FIRST_HSTS_SECONDS))
        limits = (0, LONGEST_HSTS_SECONDS)
        return variables.integer(
            record.dyno.vars, HSTS_SECONDS, within=limits, fix=line
        )

    seconds = record.attempt(read, None)
    if seconds is not None:
        return seconds
    since = variables.text(record.dyno.vars, HSTS_SINCE)
    return _ramped_hsts_seconds(record, since) if since else FIRST_HSTS_SECONDS


def _ramped_hsts_seconds(record: Record, since: str) -> int:
    from datetime import date  # here: few apps ramp

    today = date.today()
    try:
        days = (today - date.fromisoformat(since)).days
    except ValueError:
        fix = record.assignment(HSTS_SINCE, today.isoformat())
        record.problem(HSTS_SINCE, f"{variables.shown(since)} is not a date.", fix)
        return FIRST_HSTS_SECONDS
    return hsts_seconds_after(days)


def hsts_seconds_after(days: int) -> int:
    """
    Return for how many seconds browsers are told to insist on TLS, so many days after the
    first time.
    """
    steps = (seconds for until, seconds in HSTS_RAMP if days < until)
    return next(steps, FULL_HSTS_SECONDS)
