"""
Parse and build the URL of a service; never say a piece of its password.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from string import ascii_letters, digits, hexdigits
from types import MappingProxyType
from urllib.parse import quote, unquote

from heroku_support.errors import ServiceURLError

LONGEST = 8192  # characters; a real one has some hundred
HIGHEST_PORT = 65535

UNPRINTABLE = (
    "has white space or a character that does not print in it:"
    " percent-encode it, a space as %20."
)
NOT_UTF_8 = "has a part that is not UTF-8."
NULL_BYTE = "has a null byte in it."
ONE_HOST = "has more than one host or port; write an IPv6 host as [::1]."

NO_OPTIONS: Mapping[str, str] = MappingProxyType({})
SCHEME_LETTERS = frozenset(ascii_letters + digits + "+.-")
HEXADECIMAL = frozenset(hexdigits)
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

# RFC 6761, RFC 6762, ICANN's private-use name, and Heroku Private Spaces' own.
PRIVATE_DOMAINS = (".localhost", ".local", ".internal", ".localspace")


class ServiceURL:
    """
    The parts of a URL, decoded; a host that begins with ``/`` is a socket's folder.
    """

    def __init__(
        self,
        scheme: str,
        user: str = "",
        password: str = "",
        host: str = "",
        port: int | None = None,
        path: str = "",
        query: Mapping[str, str] = NO_OPTIONS,
    ) -> None:
        self.scheme = scheme
        self.user = user
        self.password = password
        self.host = host
        self.port = port
        self.path = path
        self.query = query

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ServiceURL) and vars(self) == vars(other)

    def __repr__(self) -> str:
        at = f"{self.host}:{self.port}" if self.port else self.host
        return f"ServiceURL({self.scheme}://{self.user}:***@{at}/{self.path})"


def build(url: ServiceURL, query: Mapping[str, str] | None = None) -> str:
    """
    Return the URL as text, every part percent-encoded: ``parse(build(url)) == url``.

    :param query: other options than its own.
    :raises ServiceURLError: for a null byte or a lone surrogate, which no URL can carry.
    """
    password = f":{_encode(url.password)}" if url.password else ""
    user = f"{_encode(url.user)}{password}@" if url.user or password else ""
    host = f"[{url.host}]" if ":" in url.host else _encode(url.host)
    port = "" if url.port is None else f":{url.port}"
    options = url.query if query is None else query
    pairs = [f"{_encode(key)}={_encode(value)}" for key, value in options.items()]
    asked = f"?{'&'.join(pairs)}" if pairs else ""
    return f"{url.scheme}://{user}{host}{port}/{_encode(url.path)}{asked}"


def parse(url: str) -> ServiceURL:
    """
    Take a URL apart, strictly: what could be read in two ways is refused.

    :raises ServiceURLError: that says which rule is broken, never a part of the URL.
    """
    return _parse(url.strip())


def boolean(key: str, value: str) -> bool:
    """
    Return the value of an option as a bool.

    :raises ServiceURLError: that names the option, not the value.
    """
    if value.lower() in BOOLEANS:
        return BOOLEANS[value.lower()]
    raise ServiceURLError(f"has an option {key} that is neither true nor false.")


def is_local(host: str) -> bool:
    """
    Whether a connection to the host stays on this machine or in a private network.

    A socket (empty, or a folder), a single label, a private domain or a private address.
    """
    name = host.lower().rstrip(".")
    if name.startswith("/") or name.endswith(PRIVATE_DOMAINS):
        return True
    # What ends in a letter and has no colon is no address; that is soon said.
    if name[-1:].isdigit() or ":" in name:
        try:
            address = ip_address(name)
        except ValueError:
            pass
        else:
            return address.is_private or address.is_loopback or address.is_link_local
    # A number is an address too: 134744072 is 8.8.8.8.
    return "." not in name and not name.startswith(tuple(digits))


def _parse(url: str) -> ServiceURL:
    _guard(url)
    scheme, separator, rest = url.partition("://")
    if not (separator and scheme[:1].isalpha() and SCHEME_LETTERS.issuperset(scheme)):
        raise ServiceURLError(
            "is not a URL: it must read scheme://user:password@host/name."
        )
    before_query, _, query = rest.partition("?")
    authority, _, path = before_query.partition("/")
    if "@" in path or "@" in query:
        raise ServiceURLError(
            "has a character in its password, its name or its options that must be"
            " percent-encoded: / as %2F, ? as %3F, @ as %40."
        )
    userinfo, _, address = authority.rpartition("@")
    user, _, password = userinfo.partition(":")
    host, port = _split_address(address)
    return ServiceURL(
        scheme=scheme.lower(),
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
    if " " in url or not url.isprintable():
        raise ServiceURLError(UNPRINTABLE)
    if "#" in url:
        raise ServiceURLError("has a # in it: percent-encode it as %23.")
    if not all(map(_is_hexadecimal, url.split("%")[1:])):
        raise ServiceURLError("has a % that encodes nothing: percent-encode it as %25.")


def _is_hexadecimal(rest: str) -> bool:
    return len(rest) > 1 and HEXADECIMAL.issuperset(rest[:2])


def _split_address(address: str) -> tuple[str, int | None]:
    if address.startswith("["):
        host, bracket, tail = address.partition("]")
        host, colon, port = f"{host}]", tail[:1], tail[1:]
        wrong = not bracket or colon not in ("", ":")
    else:
        host, _, port = address.partition(":")
        wrong = "[" in address or "]" in address
    if wrong:
        raise ServiceURLError("has an IPv6 host without brackets: write it as [::1].")
    if ":" in port or "," in port:
        raise ServiceURLError(ONE_HOST)
    if port and not (port.isascii() and port.isdigit() and len(port) < 6):
        raise ServiceURLError("has a port that is not a number.")
    if port and not 0 < int(port) <= HIGHEST_PORT:
        raise ServiceURLError(f"has a port that is not between 1 and {HIGHEST_PORT}.")
    return _host(host), int(port) if port else None


def _host(host: str) -> str:
    if not host.startswith("["):
        name = _decode(host)
        if "," in name or ":" in name or ";" in host:
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
        raise ServiceURLError(NOT_UTF_8) from None
    if "\x00" in decoded:
        raise ServiceURLError(NULL_BYTE)
    return decoded


def _encode(part: str) -> str:
    if "\x00" in part:
        raise ServiceURLError(NULL_BYTE)
    try:
        return quote(part, safe="")
    except UnicodeEncodeError:
        pass
    # Outside of the handler: the error that it has caught holds the part.
    raise ServiceURLError(NOT_UTF_8)
