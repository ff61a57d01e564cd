"""
What the health paths answer, whatever server asks: status, headers and body.
"""

from __future__ import annotations

import binascii
import hmac
import json
from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, NamedTuple

from heroku_support.conf import conf
from heroku_support.health.report import Report
from heroku_support.metrics.current import current
from heroku_support.metrics.exits import prometheus

METHODS = ("GET", "HEAD")


class Answer(NamedTuple):
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
FORBIDDEN = Answer(HTTPStatus.FORBIDDEN, "text/plain; charset=utf-8", b"forbidden")
# Who may not see more gets one of two bodies: a warning is nobody else's business.
READY, NOT_READY = (
    Answer(status, "application/health+json", body)
    for status, body in (
        (HTTPStatus.OK, b'{"status":"pass"}'),
        (HTTPStatus.SERVICE_UNAVAILABLE, b'{"status":"fail"}'),
    )
)
UNAUTHORIZED = Answer(
    HTTPStatus.UNAUTHORIZED,
    "text/plain; charset=utf-8",
    b"unauthorized",
    (("WWW-Authenticate", 'Basic realm="metrics", charset="UTF-8"'),),
)


def live(method: str) -> Answer:
    """
    Answer that this process serves; it looks at nothing else.
    """
    return ALIVE if method in METHODS else NOT_ALLOWED


def ready(report: Report, *, details: bool) -> Answer:
    """
    Answer whether the app can do its work (draft-inadarei-api-health-check-06).

    :param details: show each check; without, the body says whether it is ready, and no more.
    """
    anonymous = READY if report.passed else NOT_READY
    if not details:
        return anonymous
    body = json.dumps(report.as_dict(), separators=(",", ":")).encode()
    return Answer(anonymous.status, anonymous.content_type, body)


def metrics(method: str, meta: Mapping[str, Any]) -> Answer:
    """
    Answer with what the processes of this dyno have counted, to those who may know.

    :param meta: the request's headers and peer, by their names in a WSGI environment.
    """
    if method not in METHODS:
        return NOT_ALLOWED
    authorization = meta.get("HTTP_AUTHORIZATION")
    if not (_is_local(meta) or has_token(authorization, "bearer", "basic")):
        return UNAUTHORIZED if conf.HEROKU_SUPPORT_HEALTH_TOKEN else FORBIDDEN
    recorder, prefix = current(), conf.HEROKU_SUPPORT_METRICS_PREFIX
    body = prometheus.render(recorder.snapshot(), prefix) if recorder else b""
    return Answer(HTTPStatus.OK, prometheus.CONTENT_TYPE, body)


def may_see_details(authorization: str | None, *, debug: bool) -> bool:
    """
    Whether the ``Authorization`` header carries the token, or DEBUG is on.
    """
    return has_token(authorization, "bearer") or debug


def has_token(authorization: str | None, *schemes: str) -> bool:
    """
    Whether the ``Authorization`` header carries the token in one of these schemes.

    As ``basic`` it is the password, of any user.
    """
    scheme, _, given = (authorization or "").partition(" ")
    token = conf.HEROKU_SUPPORT_HEALTH_TOKEN
    # Bytes: compare_digest raises on text that is not ASCII. In constant time, so that
    # the token cannot be guessed letter by letter.
    # Servers hand headers over as latin-1, whatever bytes they were.
    sent = given.strip().encode("latin-1", "replace")
    if scheme.lower() == "basic":
        sent = _password(sent)
    right = hmac.compare_digest(sent, token.encode())
    return bool(token) and scheme.lower() in schemes and right


def _is_local(meta: Mapping[str, Any]) -> bool:
    """
    Whether a process of this dyno asks: the router would have said for whom it does.
    """
    try:
        peer = ip_address(meta.get("REMOTE_ADDR") or "")
    except ValueError:  # a Unix socket
        return False
    peer = getattr(peer, "ipv4_mapped", None) or peer
    return peer.is_loopback and "HTTP_X_FORWARDED_FOR" not in meta


def _password(credentials: bytes) -> bytes:
    try:
        return binascii.a2b_base64(credentials).partition(b":")[2]
    except binascii.Error:
        return b""
