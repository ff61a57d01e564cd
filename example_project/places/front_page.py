"""
The front page, which most people ask for, out of the cache.

Kept is what visitors get who have nothing to be told; whoever is logged in, or has a message
waiting, gets a page of their own. A change throws the kept page away. What no signal tells of
(a migration, SQL by hand, a change while the page is being made) is seen when it has grown old.
Without the store, every page is made anew: slower, and right.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static

logger = logging.getLogger(__name__)


def cached(
    request: HttpRequest, render: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    """
    Return the kept page, or the one that ``render`` makes.
    """
    if not _is_for_everybody(request):
        return render(request)
    page = unknown = object()
    with _store_may_be_away():
        page = cache.get(_key())
    if page is unknown:
        return render(request)
    if page is None:
        page = render(request).content
        with _store_may_be_away():
            cache.set(_key(), page, settings.FRONT_PAGE_SECONDS)
    return HttpResponse(page)


def changed(**signal: Any) -> None:
    """
    Throw the kept page away, once the change can be seen.
    """
    transaction.on_commit(_forget)


def _forget() -> None:
    if settings.FRONT_PAGE_SECONDS:
        with _store_may_be_away():
            cache.delete(_key())


def _is_for_everybody(request: HttpRequest) -> bool:
    personal = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}
    return bool(
        settings.FRONT_PAGE_SECONDS
        and not request.GET
        and personal.isdisjoint(request.COOKIES)
    )


def _key() -> str:
    # The page names the style sheet, and the next release has another one.
    return f"places:front:{static('places/survey.css')}"


@contextmanager
def _store_may_be_away() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # each cache has errors of its own
        logger.warning("The cache does not answer: %s", type(error).__name__)
