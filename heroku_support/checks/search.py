"""
Checks of ``HAYSTACK_CONNECTIONS``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core import checks

from heroku_support.checks.reading import (
    entries,
    is_installed,
    on_dyno,
    parsed,
    text,
    texts,
)
from heroku_support.service_url import ServiceURL, is_local

W013 = checks.Warning(
    "Haystack has no search service: its index is on the dyno, or there is none.",
    hint="heroku addons:create bonsai, and"
    " HAYSTACK_CONNECTIONS = heroku.haystack_connections()",
    id="heroku_support.W013",
)
W027 = checks.Warning(
    "Haystack asks a server on another host by plain http: its key can be read.",
    hint='HAYSTACK_CONNECTIONS["default"]["URL"] = "https://…"',
    id="heroku_support.W027",
)

# The one asks the database with LIKE, the other writes files, which a restart deletes.
WITHOUT_SERVICE = ("simple_backend.SimpleEngine", "whoosh_backend.WhooshEngine")


def check_index(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    A dyno has no search server of its own, and its disk is thrown away at least once a day
    (Dev Center, "Dynos").
    """
    if not (is_installed("haystack") and on_dyno()):
        return []
    lacking = any(map(_lacks_service, entries("HAYSTACK_CONNECTIONS")))
    return [W013] if lacking else []


def check_plain(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Host names of add-ons are public, and so is the way there; whoever has Solr's URL needs no
    password (Websolr's documentation).
    """
    if not (is_installed("haystack") and on_dyno()):
        return []
    plain = any(
        url.scheme == "http" and not is_local(url.host)
        for entry in entries("HAYSTACK_CONNECTIONS")
        for url in _urls(entry)
    )
    return [W027] if plain else []


def _lacks_service(entry: Mapping[Any, Any]) -> bool:
    if text(entry.get("ENGINE")).endswith(WITHOUT_SERVICE):
        return True
    return any(is_local(url.host) for url in _urls(entry))


def _urls(entry: Mapping[Any, Any]) -> Iterator[ServiceURL]:
    for address in (entry.get("URL"), *texts(entry.get("URL"))):
        url = parsed(address)
        if url is not None:
            yield url
