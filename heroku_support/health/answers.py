"""
What the health paths answer, whatever server asks: status, headers and body.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from heroku_support.conf import conf
from heroku_support.health.readiness import Outcome, Report

METHODS = ("GET", "HEAD")


@dataclass(frozen=True)
class Answer:
    """
    A complete response; ``headers`` holds the length of the body even for HEAD.
    """

    status: HTTPStatus
    content_type: str
    body: bytes
    more_headers: tuple[tuple[str, str], ...] = ()

    @property
    def headers(self) -> list[tuple[str, str]]:
        """
        All headers, in the order in which they are sent.
        """
        return [
            ("Content-Type", self.content_type),
            ("Content-Length", str(len(self.body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *self.more_headers,
        ]

    def body_for(self, method: str) -> bytes:
        """
        Return the body, which HEAD does not get.
        """
        return b"" if method == "HEAD" else self.body


ALIVE = Answer(HTTPStatus.OK, "text/plain; charset=utf-8", b"ok")
BAD_REQUEST = Answer(
    HTTPStatus.BAD_REQUEST, "text/plain; charset=utf-8", b"bad request"
)
NOT_ALLOWED = Answer(
    HTTPStatus.METHOD_NOT_ALLOWED,
    "text/plain; charset=utf-8",
    b"method not allowed",
    (("Allow", ", ".join(METHODS)),),
)


def live(method: str) -> Answer:
    """
    Answer that this process serves; it looks at nothing else.
    """
    return ALIVE if method in METHODS else NOT_ALLOWED


def ready(report: Report, *, details: bool) -> Answer:
    """
    Answer whether the app can do its work (draft-inadarei-api-health-check-06).

    :param details: show each check; without, the body says the status only.
    """
    body: dict[str, Any] = {"status": report.status}
    if details:
        body["checks"] = {each.name: [_details(each)] for each in report.outcomes}
    return Answer(
        HTTPStatus.OK if report.passed else HTTPStatus.SERVICE_UNAVAILABLE,
        "application/health+json",
        json.dumps(body, separators=(",", ":")).encode(),
    )


def may_see_details(authorization: str | None, *, debug: bool) -> bool:
    """
    Whether the ``Authorization`` header carries the token, or DEBUG is on.
    """
    scheme, _, given = (authorization or "").partition(" ")
    token = conf.HEROKU_SUPPORT_HEALTH_TOKEN
    # Bytes: compare_digest raises on text that is not ASCII. In constant time, so that
    # the token cannot be guessed letter by letter.
    # Servers hand headers over as latin-1, whatever bytes they were.
    sent = given.strip().encode("latin-1", "replace")
    right = hmac.compare_digest(sent, token.encode())
    return debug or (bool(token) and scheme.lower() == "bearer" and right)


def paths(endpoint: str) -> Iterable[str]:
    """
    Return the paths of an endpoint, with and without a trailing slash.
    """
    path = f"{conf.HEROKU_SUPPORT_HEALTH_PATH}{endpoint}"
    return (path, f"{path}/")


def _details(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": outcome.status,
        "time": outcome.at.isoformat(timespec="milliseconds"),
        "observedValue": round(outcome.seconds * 1000, 1),
        "observedUnit": "ms",
        "output": outcome.output,
    }
