"""
The options of Django's SMTP backend from the URL of a mail server.
"""

from __future__ import annotations

from typing import Any

from heroku_support import service_url
from heroku_support.errors import ServiceURLError
from heroku_support.service_url import ServiceURL, is_local

TIMEOUT = 10  # seconds; Django waits for ever, and the router gives up after 30
# RFC 8314: TLS from the start at 465; elsewhere it is asked for, STARTTLS.
PORT, STARTTLS_PORT, TLS_PORT = 25, 587, 465
STARTTLS, TLS = "use_tls", "use_ssl"
DEFAULT_PORTS = {"": PORT, STARTTLS: STARTTLS_PORT, TLS: TLS_PORT}
# As django-environ calls them, but its smtps asks for STARTTLS.
SCHEMES = {"smtp": "", "smtp+tls": STARTTLS, "smtps": TLS, "smtp+ssl": TLS}
LONGEST_TIMEOUT = 3600


def parse(text: str, *, must: bool) -> dict[str, Any]:
    """
    Return the options.

    :param must: TLS to a remote host is not to be switched off by the URL.
    :raises ServiceURLError: that names the rule, never a part of the URL.
    """
    url = service_url.parse(text)
    _examine(url)
    encryption = _encryption(url, must=must)
    port = url.port or DEFAULT_PORTS[encryption]
    options: dict[str, Any] = {"host": url.host, "port": port}
    if url.user:
        options.update(username=url.user, password=url.password)
    if encryption:
        options[encryption] = True
    return {**options, "timeout": _timeout(url)}


def _examine(url: ServiceURL) -> None:
    if url.scheme not in SCHEMES:
        raise ServiceURLError(f"has a scheme that is none of: {', '.join(SCHEMES)}.")
    if not url.host or url.host.startswith("/"):
        raise ServiceURLError("names no host.")
    if url.path:
        raise ServiceURLError("has a path, which a mail server has not.")
    if bool(url.user) != bool(url.password):
        # Django would send without either.
        raise ServiceURLError("has a user or a password, but not both.")
    if url.query.keys() - {"timeout", "tls"}:
        raise ServiceURLError("has an option that is neither timeout nor tls.")


def _encryption(url: ServiceURL, *, must: bool) -> str:
    local = is_local(url.host)
    asked = SCHEMES[url.scheme]
    if asked and "tls" in url.query:
        raise ServiceURLError("has an option tls that its scheme has decided.")
    if asked == TLS and url.port in (PORT, STARTTLS_PORT):
        raise ServiceURLError(
            f"has a port, {url.port}, that begins without TLS: write smtp+tls://."
        )
    if asked:
        return asked
    if url.port == TLS_PORT:
        raise ServiceURLError(f"has the port {TLS_PORT}, which is TLS: write smtps://.")
    if "tls" not in url.query:
        return "" if local else STARTTLS
    wanted = service_url.boolean("tls", url.query["tls"])
    if not (wanted or local) and must:
        raise ServiceURLError("has tls=false, and the host is not local: leave it out.")
    return STARTTLS if wanted else ""


def _timeout(url: ServiceURL) -> int:
    digits = url.query.get("timeout", str(TIMEOUT))
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 6
    if is_number and 0 < int(digits) <= LONGEST_TIMEOUT:
        return int(digits)
    raise ServiceURLError(
        f"has an option timeout that is no number of seconds up to {LONGEST_TIMEOUT}."
    )
