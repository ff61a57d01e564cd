"""
The hosts that an app answers under: ``ALLOWED_HOSTS``, the origins, the canonical host.
"""

from __future__ import annotations

from string import ascii_letters, digits, hexdigits
from typing import TYPE_CHECKING, Any

from heroku_support import variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heroku_support.settings import Record

CANONICAL_HOST = "CANONICAL_HOST"
CANONICAL_SETTING = "HEROKU_SUPPORT_CANONICAL_HOST"
DOMAIN = "HEROKU_APP_DEFAULT_DOMAIN_NAME"

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
# An app's own name cannot be derived from HEROKU_APP_NAME: since 14 June 2023 it has a
# random suffix (Dev Center, "App Names and Subdomains").
ANY_HEROKUAPP = ".herokuapp.com"

# As Django takes them from the header (django.http.request, host_validation_re).
NAME_CHARACTERS = frozenset(ascii_letters + digits + "-.")
ADDRESS_CHARACTERS = frozenset(hexdigits + ":.")
NO_HOST = (
    "has something in it that is no host: no scheme, port, path, space, quote or other"
    " sign, and no letter that is not ASCII."
)
NO_ORIGIN = (
    "has something in it that is no origin: https://, a host and perhaps a port,"
    " and nothing behind that."
)
EXAMPLE = "www.example.com"


def allowed_hosts(record: Record, hosts: Sequence[str]) -> list[str]:
    """
    Return the given hosts, and those under which this app must answer as well.
    """
    canonical = canonical_hosts(record)
    hosts = _given(record, "allowed_hosts", hosts)
    if not all(host == "*" or _is_host(host.removeprefix(".")) for host in hosts):
        fix = _call("allowed_hosts", _meant(hosts))
        record.problem("ALLOWED_HOSTS", NO_HOST, fix)
    added, source, why = _own_hosts(record)
    value = list(dict.fromkeys([*hosts, *canonical, *added]))
    source = f"{CANONICAL_HOST}, {source}" if canonical else source
    source = f"argument, {source}" if hosts else source
    return record.decide("ALLOWED_HOSTS", value, source=source, why=why)


def csrf_trusted_origins(record: Record, hosts: Sequence[str]) -> list[str]:
    """
    Return ``https://`` and each given host, and the canonical hosts, else the app's own
    domain; a wildcard only where an origin with its scheme has one.
    """
    canonical = canonical_hosts(record)
    # No page is served under the own domain where others are canonical.
    domain = [record.dyno.domain] if record.dyno.domain and not canonical else []
    given = _given(record, "csrf_trusted_origins", hosts)
    names = [name for name in [*given, *canonical, *domain] if name[:1] not in ".*"]
    # Browsers send a host in lower case, and Django compares.
    origins = [name if "://" in name else f"https://{name}" for name in names]
    value = list(dict.fromkeys(map(str.lower, origins)))
    if not all(map(_is_origin, value)):
        meant = [each for text in given for each in _origins_in(text)]
        fix = _call("csrf_trusted_origins", meant)
        record.problem("CSRF_TRUSTED_ORIGINS", NO_ORIGIN, fix)
    source = CANONICAL_HOST if canonical else DOMAIN if domain else ""
    return record.decide(
        "CSRF_TRUSTED_ORIGINS",
        value,
        source=", ".join(filter(None, ["argument", source])),
        why="browsers send the origin with a scheme",
    )


def canonical_hosts(record: Record) -> list[str]:
    """
    Return the hosts that pages are served under, the one that others lead to first; none
    where any host is as good.
    """
    if not record.dyno.is_heroku:
        return []
    if given := record.values.get(CANONICAL_SETTING):
        return [given] if isinstance(given, str) else list(given)
    hosts = variables.words(record.dyno.vars, CANONICAL_HOST)
    if all(map(_is_host, hosts)):
        return [host.lower() for host in hosts]
    meant = [host.removeprefix(".") for host in _meant(hosts)]
    fix = record.assignment(CANONICAL_HOST, ",".join(meant) or EXAMPLE)
    record.problem(CANONICAL_HOST, NO_HOST, fix)
    return []


def _given(record: Record, helper: str, hosts: Sequence[Any]) -> list[str]:
    texts = [host for host in hosts if isinstance(host, str)]
    if len(texts) < len(hosts):
        reason = "takes its hosts one by one, not in a list."
        fix = _call(helper, ["example.com", EXAMPLE])
        record.problem(f"{helper}(…)", reason, fix)
    return [host.strip() for host in texts if host.strip()]


def _own_hosts(record: Record) -> tuple[Sequence[str], str, str]:
    if not record.dyno.is_heroku:
        return LOOPBACK, "default", "this machine"
    if record.dyno.domain:
        return [record.dyno.domain], DOMAIN, "the app's own domain"
    why = "the app's own domain is unknown without dyno metadata"
    return [ANY_HEROKUAPP], "default", why


def _is_host(host: str) -> bool:
    if host.startswith("[") and host.endswith("]"):
        return ":" in host and ADDRESS_CHARACTERS.issuperset(host[1:-1])
    # The dot at the end of a full name is no part of what Django compares with.
    return NAME_CHARACTERS.issuperset(host) and host.strip(".") == host != ""


def _is_origin(origin: str) -> bool:
    scheme, _, rest = origin.partition("://")
    host, colon, port = rest.rpartition(":")
    if not colon or rest.endswith("]"):
        host, port = rest, "443"
    return scheme.isalpha() and port.isdecimal() and _is_host(host.removeprefix("*."))


def _origins_in(text: str) -> list[str]:
    # With its scheme and its port, where only what follows them is wrong.
    origin = text.rstrip("/") if "://" in text else f"https://{text.rstrip('/')}"
    return [origin.removeprefix("https://")] if _is_origin(origin) else _meant([text])


def _meant(texts: Iterable[str]) -> list[str]:
    """
    Return the hosts that somebody has probably meant, for a line that mends it.
    """
    parts = " ".join(texts).replace(",", " ").replace(";", " ").split()
    return list(filter(None, map(_host_in, parts)))


def _host_in(text: str) -> str:
    # Without the rest of what was written: it may be a URL with a password.
    authority = text.strip("'\"").rpartition("://")[2]
    for sign in "/?#":
        authority = authority.partition(sign)[0]
    host = authority.rpartition("@")[2].removeprefix("*").rstrip(".")
    if host.count(":") > 1:
        host = f"[{host.removeprefix('[').partition(']')[0]}]"
    else:
        host = host.partition(":")[0]
    try:
        # Browsers send other letters in Punycode: xn--mnchen-3ya.de.
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""
    return host if _is_host(host.removeprefix(".")) else ""


def _call(helper: str, hosts: Sequence[str]) -> str:
    arguments = ", ".join(f'"{host}"' for host in hosts or [EXAMPLE])
    return f"heroku.{helper}({arguments})"
