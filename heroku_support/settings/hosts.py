"""
``ALLOWED_HOSTS`` and ``CSRF_TRUSTED_ORIGINS``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from heroku_support.redaction import redact_text
from heroku_support.settings.record import Record

HOST = re.compile(r"[^/:@]+|\[[0-9a-fA-F:.]+\]")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
# An app's own name cannot be derived from HEROKU_APP_NAME: since 14 June 2023 it has a
# random suffix (Dev Center, "App Names and Subdomains").
ANY_HEROKUAPP = ".herokuapp.com"


def allowed_hosts(record: Record, hosts: Sequence[str]) -> list[str]:
    """
    Return the given hosts, and those under which this app must answer as well.
    """
    hosts = [host.strip() for host in hosts if host.strip()]
    for host in hosts:
        if not HOST.fullmatch(host):
            reason = f"has {redact_text(host)!r}: a host has no scheme, port or path."
            name = re.split(r"[/:]", host.split("://")[-1].split("@")[-1])[0]
            record.problem("ALLOWED_HOSTS", reason, f'heroku.allowed_hosts("{name}")')
    added, source, why = _own_hosts(record)
    value = list(dict.fromkeys([*hosts, *added]))
    source = f"argument, {source}" if hosts else source
    return record.decide("ALLOWED_HOSTS", value, source=source, why=why)


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
