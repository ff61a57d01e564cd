"""
The id that Heroku's router gives each request, in every line that is logged for it.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar

HEADER = "X-Request-ID"
META = "HTTP_X_REQUEST_ID"  # Django makes all headers when it is asked for one
# The router accepts a client's own id (Dev Center, "HTTP Request IDs"): what is not
# of this shape could forge log lines.
SHAPE = re.compile(r"[A-Za-z0-9_.-]{1,200}")

NONE = "-"

current: ContextVar[str] = ContextVar("heroku_support.request_id", default=NONE)


def clean(header: str | None) -> str:
    """
    Return the header's value if it is an id, else ``-``.
    """
    return header if header and SHAPE.fullmatch(header) else NONE


class remembered:
    """
    Log the header's id with everything that is logged in the block.
    """

    __slots__ = ("_header", "_token")

    # A class, which takes half the time of a generator.
    def __init__(self, header: str | None) -> None:
        self._header = header

    def __enter__(self) -> None:
        self._token = current.set(clean(self._header))

    def __exit__(self, *exception: object) -> None:
        current.reset(self._token)


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
