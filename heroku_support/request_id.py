"""
The id that Heroku's router gives each request, in every line that is logged for it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "X-Request-ID"
# The router accepts a client's own id (Dev Center, "HTTP Request IDs"): what is not
# of this shape could forge log lines.
SHAPE = r"[A-Za-z0-9_.-]{1,200}"

NONE = "-"

current: ContextVar[str] = ContextVar("heroku_support.request_id", default=NONE)


def clean(header: str | None) -> str:
    """
    Return the header's value if it is an id, else ``-``.
    """
    return header if header and re.fullmatch(SHAPE, header) else NONE


@contextmanager
def remembered(header: str | None) -> Iterator[None]:
    """
    Log the header's id with everything that is logged in the block.
    """
    token = current.set(clean(header))
    try:
        yield
    finally:
        current.reset(token)


class RequestIDFilter(logging.Filter):
    """
    Give each log record a ``request_id``; ``-`` outside of a request.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """
        Set the attribute; no record is ever left out.
        """
        identifier = current.get()
        if identifier == NONE:
            # Django logs a 404 when the middleware has returned, with the request.
            request = getattr(record, "request", None)
            identifier = clean(getattr(request, "headers", {}).get(HEADER))
        record.request_id = identifier
        return True
