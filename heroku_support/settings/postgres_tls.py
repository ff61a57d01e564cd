"""
How strictly a connection to Postgres is encrypted: by host, the stronger of URL and level.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from heroku_support import variables
from heroku_support.errors import ServiceURLError
from heroku_support.service_url import is_local
from heroku_support.settings import Record, find_library

# libpq's levels, weakest first.
SSLMODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
REQUIRE = "require"
VERIFY_FULL = "verify-full"
# The argument of heroku.databases(): the least sslmode of each.
LEVELS = {
    "require": REQUIRE,
    "bound": REQUIRE,
    "verify": VERIFY_FULL,
    "pin": "verify-ca",
}

# libpq's word for the roots that its OpenSSL knows.
SYSTEM = "system"
CERTIFICATE = "DATABASE_CA_CERTIFICATE"
# Debian and Heroku's stacks; Fedora; Alpine and macOS; openSUSE.
AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
)

# With "require" anybody on the path can pose as the server and ask for the password in
# clear text; libpq 16 can refuse to answer that. Works with SCRAM and MD5 servers.
NO_CLEARTEXT_PASSWORD = "!password"
REQUIRE_AUTH_SINCE = 160000

AUTHENTICATION_METHODS = frozenset(
    ["", "gss", "md5", "none", "oauth", "password", "scram-sha-256", "sspi"]
)


def tls_options(
    record: Record, host: str, asked: Mapping[str, str], *, level: str, must: bool
) -> dict[str, str]:
    """
    Return the libpq options to set for a host.

    :param asked: the options in the URL.
    :param level: one of ``LEVELS``; the stronger of it and the URL wins.
    :param must: on a dyno: a URL that asks for less than ``require`` is refused.
    :raises ServiceURLError: if the URL asks for too little, or for nonsense.
    """
    # libpq takes the system's roots for a server's whole name only.
    by_system = asked.get("sslrootcert") == SYSTEM
    least = VERIFY_FULL if by_system else REQUIRE
    sslmode = asked.get("sslmode", least)
    if sslmode not in SSLMODES:
        known = ", ".join(SSLMODES)
        raise ServiceURLError(f"has an sslmode that is none of: {known}.")
    if must:
        _find_root_certificate(asked)
    # hostaddr is where libpq connects to, whatever the host is called.
    if is_local(host) and is_local(asked.get("hostaddr", "")):
        return _verified(record) if by_system else {}
    if sslmode == "disable" and not must:
        return {}
    if must and SSLMODES.index(sslmode) < SSLMODES.index(REQUIRE):
        raise ServiceURLError(
            f"has sslmode={sslmode}, which is weaker than require:"
            " leave it out, or ask for require."
        )
    stronger = max(sslmode, least, LEVELS[level], key=SSLMODES.index)
    return {
        "sslmode": stronger,
        **({"channel_binding": REQUIRE} if level == "bound" else {}),
        **_roots(record, stronger, asked, level),
        **_authentication(stronger, asked, must=must),
    }


def _verified(record: Record) -> dict[str, str]:
    return {"sslmode": VERIFY_FULL, "sslrootcert": authorities(record)}


def _roots(
    record: Record, sslmode: str, asked: Mapping[str, str], level: str
) -> dict[str, str]:
    """
    Return what a server's certificate is compared with, where the URL does not say it.
    """
    if level == "pin":
        # Here: few pin anything.
        from heroku_support.settings.certificates import pinned

        return {"sslrootcert": pinned(record, CERTIFICATE)}
    if sslmode != VERIFY_FULL:
        return {}
    root = asked.get("sslrootcert", "" if level == "verify" else _own_roots(record))
    return {"sslrootcert": authorities(record)} if root in ("", SYSTEM) else {}


def _own_roots(record: Record) -> str:
    # Where libpq itself looks (PostgreSQL docs, 34.19.1).
    own = os.path.expanduser("~/.postgresql/root.crt")
    return variables.text(record.dyno.vars, "PGSSLROOTCERT") or (
        own if os.path.isfile(own) else ""
    )


def authorities(record: Record) -> str:
    """
    Return the path of a file with the certificates of the public authorities.

    Not libpq's word ``system``: the OpenSSL in the drivers' wheels looks for them in a folder
    of the machine that built it (psycopg-binary 3.3, psycopg2-binary 2.9).
    """
    given = variables.text(record.dyno.vars, "SSL_CERT_FILE")
    for path in (given, *AUTHORITIES):
        if os.path.isfile(path):
            return path
    if find_library("certifi"):
        return str(import_module("certifi").where())
    reason = "is not set, and no other file with the public authorities is found."
    record.problem("SSL_CERT_FILE", reason, record.installation("certifi"))
    return ""


def _authentication(
    sslmode: str, asked: Mapping[str, str], *, must: bool
) -> dict[str, str]:
    # A verified server may ask for a clear-text password: some log in by LDAP or IAM.
    if sslmode == VERIFY_FULL:
        return {}
    methods = asked.get("require_auth", "").replace("!", "").split(",")
    if not AUTHENTICATION_METHODS.issuperset(map(str.strip, methods)):
        raise ServiceURLError("has a require_auth that libpq does not know.")
    if "require_auth" not in asked:
        supported = libpq_version() >= REQUIRE_AUTH_SINCE
        return {"require_auth": NO_CLEARTEXT_PASSWORD} if supported else {}
    if must and allows_cleartext_password(asked["require_auth"]):
        raise ServiceURLError(
            "has a require_auth that lets anybody on the path ask for the password:"
            " leave it out."
        )
    return {}


def _find_root_certificate(asked: Mapping[str, str]) -> None:
    # libpq ignores a file that is not there, and then verifies nothing.
    path = asked.get("sslrootcert", SYSTEM)
    if path != SYSTEM and not os.path.isfile(path):
        raise ServiceURLError("names an sslrootcert that is no file here.")


def allows_cleartext_password(require_auth: str) -> bool:
    """
    Whether libpq would send the password in clear text (PostgreSQL docs, 34.1.2).
    """
    methods = {method.strip() for method in require_auth.split(",")}
    if any(method.startswith("!") for method in methods):
        return NO_CLEARTEXT_PASSWORD not in methods
    return "password" in methods


@cache
def libpq_version() -> int:
    """
    Return the version of the libpq that Django's driver uses, 0 without a driver.
    """
    # In Django's own order: psycopg 3 before psycopg2.
    for module, function in (
        ("psycopg.pq", "version"),
        ("psycopg2.extensions", "libpq_version"),
    ):
        try:
            return int(getattr(import_module(module), function)())
        except ImportError:
            continue
    return 0
