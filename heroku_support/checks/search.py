"""
Checks of ``HAYSTACK_CONNECTIONS``.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from heroku_support.service_url import is_local

W013 = checks.Warning(
    "Haystack has no search service: its index is on the dyno, or there is none.",
    hint="heroku addons:create bonsai, and"
    " HAYSTACK_CONNECTIONS = heroku.haystack_connections()",
    id="heroku_support.W013",
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


def _lacks_service(entry: Mapping[Any, Any]) -> bool:
    if text(entry.get("ENGINE")).endswith(WITHOUT_SERVICE):
        return True
    addresses = [entry.get("URL"), *texts(entry.get("URL"))]
    urls = [url for url in map(parsed, addresses) if url is not None]
    return any(is_local(url.host) for url in urls)
