"""
Split and build the URL of a service; never say a piece of its password.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from urllib.parse import quote, unquote

from heroku_support.errors import ServiceURLError

LONGEST = 8192  # characters; a real one has some hundred
HIGHEST_PORT = 65535

ONE_HOST = "has more than one host or port; write an IPv6 host as [::1]."

SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.DOTALL)
BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
WHITE_SPACE_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
ADDRESS = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]*)(:(?P<port>.*))?", re.DOTALL)


@dataclass(frozen=True)
class ServiceURL:
    """
    The parts of a URL, decoded; a host that begins with ``/`` is a socket's folder.
    """

    scheme: str
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: int | None = None
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict, repr=False)

    def build(self) -> str:
        """
        Return the URL with every part percent-encoded; ``split`` gives the parts back.
        """
        password = f":{_encode(self.password)}" if self.password else ""
        user = f"{_encode(self.user)}{password}@" if self.user or password else ""
        host = f"[{self.host}]" if ":" in self.host else _encode(self.host)
        port = "" if self.port is None else f":{self.port}"
        pairs = [
            f"{_encode(key)}={_encode(value)}" for key, value in self.query.items()
        ]
        query = f"?{'&'.join(pairs)}" if pairs else ""
        return f"{self.scheme}://{user}{host}{port}/{_encode(self.path)}{query}"


def split(url: str) -> ServiceURL:
    """
    Split a URL, strictly: what could be read in two ways is refused.

    :raises ServiceURLError: that says which rule is broken, never a part of the URL.
    """
    return _split(url.strip())


def _split(url: str) -> ServiceURL:
    _guard(url)
    found = SCHEME.fullmatch(url)
    if not found:
        raise ServiceURLError(
            "is not a URL: it must read scheme://user:password@host/name."
        )
    before_query, _, query = found["rest"].partition("?")
    authority, _, path = before_query.partition("/")
    if "@" in path or "@" in query:
        raise ServiceURLError(
            "has a character in its password or its name that must be"
            " percent-encoded: / as %2F, ? as %3F, @ as %40."
        )
    userinfo, _, address = authority.rpartition("@")
    user, _, password = userinfo.partition(":")
    host, port = _split_address(address)
    return ServiceURL(
        scheme=found["scheme"].lower(),
        user=_decode(user),
        password=_decode(password),
        host=host,
        port=port,
        path=_decode(path),
        query=_split_query(query),
    )


def _guard(url: str) -> None:
    if len(url) > LONGEST:
        raise ServiceURLError(f"is longer than {LONGEST} characters.")
    if url[:1] in ("'", '"') or url[-1:] in ("'", '"'):
        raise ServiceURLError("is in quotes: remove the quotes.")
    if WHITE_SPACE_OR_CONTROL.search(url):
        raise ServiceURLError("has white space in it: percent-encode a space as %20.")
    if "#" in url:
        raise ServiceURLError("has a # in it: percent-encode it as %23.")
    if BAD_PERCENT.search(url):
        raise ServiceURLError("has a % that encodes nothing: percent-encode it as %25.")


def _split_address(address: str) -> tuple[str, int | None]:
    found = ADDRESS.fullmatch(address)
    if not found:
        raise ServiceURLError("has an IPv6 host without brackets: write it as [::1].")
    host, port = found["host"], found["port"] or ""
    if ":" in port:
        raise ServiceURLError(ONE_HOST)
    if port and not (port.isascii() and port.isdigit() and len(port) < 6):
        raise ServiceURLError("has a port that is not a number.")
    if port and not 0 < int(port) <= HIGHEST_PORT:
        raise ServiceURLError(f"has a port that is not between 1 and {HIGHEST_PORT}.")
    return _host(host), int(port) if port else None


def _host(host: str) -> str:
    if not host.startswith("["):
        name = _decode(host)
        if "," in name or ":" in name:
            raise ServiceURLError(ONE_HOST)
        return name
    if "%" in host:
        raise ServiceURLError("has an IPv6 host with a zone: leave the zone out.")
    try:
        IPv6Address(host[1:-1])
    except ValueError:
        raise ServiceURLError(
            "has a host in brackets that is no IPv6 address."
        ) from None
    return host[1:-1]


def _split_query(query: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        key, _, value = pair.partition("=")
        if not value:
            raise ServiceURLError("has an option without a value.")
        if _decode(key) in options:
            raise ServiceURLError("has the same option twice.")
        options[_decode(key)] = _decode(value)
    return options


def _decode(part: str) -> str:
    try:
        decoded = unquote(part, errors="strict")
        decoded.encode()
    except UnicodeError:
        raise ServiceURLError("has a part that is not UTF-8.") from None
    if "\x00" in decoded:
        raise ServiceURLError("has a null byte in it.")
    return decoded


def _encode(part: str) -> str:
    return quote(part, safe="")
