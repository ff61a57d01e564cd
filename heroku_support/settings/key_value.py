"""
The URL of the Key-Value Store, in the one form that every library takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_support import addons, service_url, variables
from heroku_support.errors import ServiceURLError
from heroku_support.service_url import NO_OPTIONS, ServiceURL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heroku_support.settings import Record
    from heroku_support.settings.typed import Verify

EXAMPLE = "'rediss://:PASSWORD@HOST:6379'"
CERTIFICATE = "REDIS_CA_CERTIFICATE"
# Valkey's own clients spell it so; redis-py knows only the others.
SCHEMES = {
    "redis": "redis",
    "rediss": "rediss",
    "valkey": "redis",
    "valkeys": "rediss",
}
VERIFY = ("none", "pin")
# What redis-py calls what is checked of a certificate, weakest first.
LEVELS = ("none", "optional", "required")

# Seconds to wait for a connection, and for each answer. redis-py before 8 waits for ever. A
# page asks for a few values: ten that each wait so long stay below the 30 seconds at which
# the router gives up (Dev Center, "Request Timeout").
TIMEOUT = 2


def key_value_url(
    record: Record,
    verify: Verify,
    *,
    options: Mapping[str, str] = NO_OPTIONS,
    only_tls: bool = False,
) -> str:
    """
    Return the URL, empty where there is no store.

    :param options: of the connection, for its query; those that it has already win.
    :param only_tls: leave other options of the query out, which some libraries refuse.
    """
    if verify not in VERIFY:
        reason = f"is none of: {', '.join(VERIFY)}."
        record.problem("verify=…", reason, 'heroku.caches(verify="none")')
        return ""
    variable = variable_name(record)
    if not variable:
        return ""

    def read() -> str:
        url = _parse(variables.text(record.dyno.vars, variable))
        level = _level(url)
        _refuse_plain(url, verify, must=record.dyno.is_heroku)
        asked = {
            name: value
            for name, value in url.query.items()
            if name.startswith("ssl_") or not only_tls
        }
        query = {**options, **asked, **_tls(record, url, level, verify)}
        return service_url.build(url, query)

    fix = record.assignment(variable, EXAMPLE)
    return record.attempt_url(variable, fix, read) or ""


def decided_url(record: Record, verify: Verify) -> str:
    """
    Return the URL for a library that no helper knows, and note it.
    """
    url = key_value_url(record, verify)
    why = tls_in_words(url) if url else "no Key-Value Store"
    source = variable_name(record) or "default"
    return record.decide("key_value_url()", url, source=source, why=why)


def variable_name(record: Record) -> str | None:
    """
    Return the variable that carries the store, None without one.
    """
    return addons.first(record.dyno.vars, addons.KEY_VALUE_STORE)


def tls_in_words(url: str) -> str:
    """
    Return what a URL that ``key_value_url`` has made says about TLS, for a decision.
    """
    if not url.startswith("rediss:"):
        return "no TLS: the URL is redis://"
    if "ssl_cert_reqs=none" in url:
        return "TLS: the certificate is not checked"
    return (
        f"TLS: the certificate is {'pinned' if 'ssl_ca_certs=' in url else 'checked'}"
    )


def _parse(text: str) -> ServiceURL:
    url = service_url.parse(text)
    if url.scheme not in SCHEMES:
        raise ServiceURLError("has a scheme that is neither redis nor rediss.")
    if not url.host:
        raise ServiceURLError("names no host.")
    if url.path and not (url.path.isascii() and url.path.isdigit()):
        raise ServiceURLError("names a database that is not a number.")
    url.scheme = SCHEMES[url.scheme]
    return url


def _level(url: ServiceURL) -> str:
    if url.scheme == "redis":
        # Every library fails on them, each with another message.
        if any(option.startswith("ssl_") for option in url.query):
            raise ServiceURLError(
                "has options for TLS in a URL without TLS:"
                " begin it with rediss://, or leave them out."
            )
        return ""
    # Celery knows CERT_NONE as well, redis-py does not.
    asked = url.query.get("ssl_cert_reqs", LEVELS[0]).lower().removeprefix("cert_")
    if asked not in LEVELS:
        raise ServiceURLError(
            f"has an ssl_cert_reqs that is none of: {', '.join(LEVELS)}."
        )
    return asked


def _refuse_plain(url: ServiceURL, verify: Verify, *, must: bool) -> None:
    # A store on a developer's own machine has no TLS.
    if must and verify != "none" and url.scheme == "redis":
        raise ServiceURLError(
            "has no TLS, and a certificate is to be pinned: begin it with rediss://."
        )


def _tls(record: Record, url: ServiceURL, level: str, verify: Verify) -> dict[str, str]:
    if url.scheme == "redis":
        return {}
    if verify == "none":
        return {"ssl_cert_reqs": level}
    from heroku_support.settings.certificates import pinned  # others pin nothing

    # The certificate is for no name; which one it is, is what is checked.
    return {
        "ssl_cert_reqs": "required",
        "ssl_check_hostname": "false",
        "ssl_ca_certs": pinned(record, CERTIFICATE),
    }
