"""
``DEBUG``, the keys, the hosts, and the ``SECURE_*`` settings behind Heroku's router.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from heroku_support import variables
from heroku_support.settings import Record

if TYPE_CHECKING:
    from heroku_support.settings.typed import SecuritySettings

# What startproject writes into a settings file, so it is known to whoever reads that.
INSECURE_PREFIX = "django-insecure-"
NEW_KEY = "\"$(python -c 'import secrets; print(secrets.token_urlsafe(50))')\""

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
# An app's own name cannot be derived from HEROKU_APP_NAME: since 14 June 2023 it has a
# random suffix (Dev Center, "App Names and Subdomains").
ANY_HEROKUAPP = ".herokuapp.com"

# An hour: short enough to go back. Raise it by HSTS_SECONDS once all pages work over TLS.
FIRST_HSTS_SECONDS = 3600
LONGEST_HSTS_SECONDS = 10 * 365 * 24 * 3600


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
    return record.decide(
        "SECRET_KEY_FALLBACKS", keys, source="SECRET_KEY_FALLBACKS", why=why
    )


def _problem(record: Record, reason: str) -> None:
    record.problem("SECRET_KEY", reason, record.assignment("SECRET_KEY", NEW_KEY))


def allowed_hosts(record: Record, hosts: Sequence[str]) -> list[str]:
    """
    Return the given hosts, and those under which this app must answer as well.
    """
    hosts = [host.strip() for host in hosts if host.strip()]
    for host in hosts:
        if not _is_host(host):
            # Without what was written: it may be a URL with a password.
            name = host.split("://")[-1].split("/")[0].split("@")[-1].split(":")[0]
            reason = (
                f"has {name} with a scheme, a port or a path, which a host has not."
            )
            record.problem("ALLOWED_HOSTS", reason, f'heroku.allowed_hosts("{name}")')
    added, source, why = _own_hosts(record)
    value = list(dict.fromkeys([*hosts, *added]))
    source = f"argument, {source}" if hosts else source
    return record.decide("ALLOWED_HOSTS", value, source=source, why=why)


def _is_host(host: str) -> bool:
    bracketed = host.startswith("[") and host.endswith("]")
    return not any(character in host for character in ("/@" if bracketed else "/@:"))


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
    Return ``https://`` and each given host, and the app's own domain; never a wildcard.

    An origin with its scheme is kept as it is.
    """
    domain = [record.dyno.domain] if record.dyno.domain else []
    names = [name.strip() for name in [*hosts, *domain]]
    value = [
        name if "://" in name else f"https://{name}"
        for name in names
        if name[:1] not in ".*"
    ]
    return record.decide(
        "CSRF_TRUSTED_ORIGINS",
        list(dict.fromkeys(value)),
        source="argument, HEROKU_APP_DEFAULT_DOMAIN_NAME" if domain else "argument",
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
    }
    if unknown := overrides.keys() - value.keys():
        raise TypeError(f"security() does not set {', '.join(sorted(unknown))}")
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
