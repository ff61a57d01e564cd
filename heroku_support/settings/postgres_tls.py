"""
How strictly a connection to Postgres is encrypted: by host, the stronger of URL and default.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path

from heroku_support.errors import ServiceURLError

# libpq's levels, weakest first.
SSLMODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
REQUIRE = "require"
# With "require" anybody on the path can pose as the server and ask for the password in
# clear text; libpq 16 can refuse to answer that. Works with SCRAM and MD5 servers.
NO_CLEARTEXT_PASSWORD = "!password"
REQUIRE_AUTH_SINCE = 160000

AUTHENTICATION_METHODS = frozenset(
    ["", "gss", "md5", "none", "oauth", "password", "scram-sha-256", "sspi"]
)

# RFC 6761, RFC 6762, ICANN's private-use name, and Heroku Private Spaces' own.
PRIVATE_DOMAINS = (".localhost", ".local", ".internal", ".localspace")


def tls_options(host: str, asked: Mapping[str, str], *, must: bool) -> dict[str, str]:
    """
    Return the libpq options to set for a host.

    :param asked: the options in the URL.
    :param must: on a dyno: a URL that asks for less than ``require`` is refused.
    :raises ServiceURLError: if the URL asks for too little, or for nonsense.
    """
    # libpq takes the system's roots for a server's whole name only.
    least = "verify-full" if asked.get("sslrootcert") == "system" else REQUIRE
    sslmode = asked.get("sslmode", least)
    if sslmode not in SSLMODES:
        known = ", ".join(SSLMODES)
        raise ServiceURLError(f"has an sslmode that is none of: {known}.")
    if must:
        _find_root_certificate(asked)
    # hostaddr is where libpq connects to, whatever the host is called.
    if is_local(host) and is_local(asked.get("hostaddr", "")):
        return {}
    if sslmode == "disable" and not must:
        return {}
    if must and SSLMODES.index(sslmode) < SSLMODES.index(REQUIRE):
        raise ServiceURLError(
            f"has sslmode={sslmode}, which is weaker than require:"
            " leave it out, or ask for require."
        )
    stronger = max(sslmode, least, key=SSLMODES.index)
    return {"sslmode": stronger, **_authentication(stronger, asked, must=must)}


def _authentication(
    sslmode: str, asked: Mapping[str, str], *, must: bool
) -> dict[str, str]:
    # A verified server may ask for a clear-text password: some log in by LDAP or IAM.
    if sslmode == "verify-full":
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
    path = asked.get("sslrootcert", "system")
    if path != "system" and not Path(path).is_file():
        raise ServiceURLError("names an sslrootcert that is no file here.")


def is_local(host: str) -> bool:
    """
    Whether a connection to the host stays on this machine or in a private network.

    A socket (empty, or a folder), a single label, a private domain or a private address.
    """
    name = host.lower().rstrip(".")
    if name.startswith("/") or name.endswith(PRIVATE_DOMAINS):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        # A number is an address too: 134744072 is 8.8.8.8.
        return "." not in name and not name.startswith(tuple("0123456789"))
    return address.is_private or address.is_loopback or address.is_link_local


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
