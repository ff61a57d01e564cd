"""
``DEBUG``, the keys, the hosts, and the ``SECURE_*`` settings behind Heroku's router.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from heroku_support import variables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heroku_support.settings import Record
    from heroku_support.settings.typed import SecuritySettings

# What startproject writes into a settings file, so it is known to whoever reads that.
INSECURE_PREFIX = "django-insecure-"
NEW_KEY = "\"$(python -c 'import secrets; print(secrets.token_urlsafe(50))')\""

CANONICAL_HOST = "CANONICAL_HOST"
HSTS_SECONDS, HSTS_SINCE = "HSTS_SECONDS", "HSTS_SINCE"
NO_HOST = "with a scheme, a port, a path, a space or a wildcard, which a host has not."

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
# An app's own name cannot be derived from HEROKU_APP_NAME: since 14 June 2023 it has a
# random suffix (Dev Center, "App Names and Subdomains").
ANY_HEROKUAPP = ".herokuapp.com"

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


def allowed_hosts(record: Record, hosts: Sequence[str]) -> list[str]:
    """
    Return the given hosts, and those under which this app must answer as well.
    """
    canonical = canonical_hosts(record)
    hosts = _given(record, "allowed_hosts", hosts)
    for host in hosts:
        if not _is_host(host):
            name = _name_in(host)
            reason = f"has {name} {NO_HOST}"
            record.problem("ALLOWED_HOSTS", reason, f'heroku.allowed_hosts("{name}")')
    added, source, why = _own_hosts(record)
    value = list(dict.fromkeys([*hosts, *canonical, *added]))
    source = f"{CANONICAL_HOST}, {source}" if canonical else source
    source = f"argument, {source}" if hosts else source
    return record.decide("ALLOWED_HOSTS", value, source=source, why=why)


def _given(record: Record, helper: str, hosts: Sequence[Any]) -> list[str]:
    texts = [host for host in hosts if isinstance(host, str)]
    if len(texts) < len(hosts):
        fix = f'heroku.{helper}("example.com", "www.example.com")'
        reason = "takes its hosts one by one, not in a list."
        record.problem(f"{helper}(…)", reason, fix)
    return [host.strip() for host in texts if host.strip()]


def canonical_hosts(record: Record) -> list[str]:
    """
    Return the hosts that pages are served under, the one that others lead to first; none
    where any host is as good.
    """
    if not record.dyno.is_heroku:
        return []
    hosts = variables.words(record.dyno.vars, CANONICAL_HOST)
    for host in hosts:
        # Browsers send other letters in Punycode: xn--mnchen-3ya.de.
        if host[:1] in ".*" or not (host.isascii() and _is_host(host)):
            reason = f"has {_name_in(host)} {NO_HOST}"
            fix = record.assignment(CANONICAL_HOST, "www.example.com")
            record.problem(CANONICAL_HOST, reason, fix)
            return []
    return [host.lower() for host in hosts]


def _name_in(host: str) -> str:
    # Without the rest of what was written: it may be a URL with a password.
    return host.split("://")[-1].split("/")[0].split("@")[-1].split(":")[0]


def _is_host(host: str) -> bool:
    bracketed = host.startswith("[") and host.endswith("]")
    foreign = "/@, " if bracketed else "/@:, "
    return not any(character in host for character in foreign)


def _own_hosts(record: Record) -> tuple[Sequence[str], str, str]:
    if not record.dyno.is_heroku:
        return LOOPBACK, "default", "this machine"
    if record.dyno.domain:
        return (
            [record.dyno.domain],
            "HEROKU_APP_DEFAULT_DOMAIN_NAME",
            "the app's own domain",
        )
    why = "the app's own domain is unknown without dyno metadata"
    return [ANY_HEROKUAPP], "default", why


def csrf_trusted_origins(record: Record, hosts: Sequence[str]) -> list[str]:
    """
    Return ``https://`` and each given host, and the canonical hosts, else the app's own
    domain; never a wildcard.

    An origin with its scheme is kept as it is.
    """
    canonical = canonical_hosts(record)
    # No page is served under the own domain where others are canonical.
    domain = [record.dyno.domain] if record.dyno.domain and not canonical else []
    given = _given(record, "csrf_trusted_origins", hosts)
    names = [*given, *canonical, *domain]
    source = "HEROKU_APP_DEFAULT_DOMAIN_NAME" if domain else ""
    source = CANONICAL_HOST if canonical else source
    value = [
        name if "://" in name else f"https://{name}"
        for name in names
        if name[:1] not in ".*"
    ]
    return record.decide(
        "CSRF_TRUSTED_ORIGINS",
        list(dict.fromkeys(value)),
        source=", ".join(filter(None, ["argument", source])),
        why="browsers send the origin with a scheme",
    )


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
    if setting == "HEROKU_SUPPORT_CANONICAL_HOST":
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
        record.problem(HSTS_SINCE, f"{since[:40]!r} is not a date.", fix)
        return FIRST_HSTS_SECONDS
    return hsts_seconds_after(days)


def hsts_seconds_after(days: int) -> int:
    """
    Return for how many seconds browsers are told to insist on TLS, so many days after the
    first time.
    """
    steps = (seconds for until, seconds in HSTS_RAMP if days < until)
    return next(steps, FULL_HSTS_SECONDS)
