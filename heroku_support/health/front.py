"""
Answer liveness and metrics in front of the application: it is up when its server is.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from string import hexdigits
from typing import Any
from urllib.parse import quote

from asgiref.sync import iscoroutinefunction

from heroku_support import request_id
from heroku_support.health import answers
from heroku_support.health.answers import Answer

# gunicorn's names of the atoms of a line, and what may stand in them as it is.
REQUEST_ID = "{x-request-id}i"
CLIENTS = "{x-forwarded-for}i"
PRINTED = "/:@!$&()*+,;~"
IN_ADDRESSES = frozenset(hexdigits + ".:, -")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
StartResponse = Callable[..., Any]
WSGIApplication = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def wrap(application: Any) -> Any:
    """
    Return a WSGI or ASGI application that answers ``/health/live`` and ``/health/metrics``, and
    passes on the rest.
    """
    call = getattr(application, "__call__", None)  # noqa: B004  # which kind of call, not whether
    is_asgi = iscoroutinefunction(application) or iscoroutinefunction(call)
    return ASGIFront(application) if is_asgi else WSGIFront(application)


class WSGIFront:
    """
    The front of a WSGI application.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._live = frozenset(answers.paths("live"))
        self._metrics = frozenset(answers.paths("metrics"))
        self._paths = self._live | self._metrics

    def __call__(
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"] in self._paths and is_exact(environ):
            method = environ["REQUEST_METHOD"]
            is_live = environ["PATH_INFO"] in self._live
            answer = (
                answers.live(method) if is_live else answers.metrics(method, environ)
            )
            start_response(_status_line(answer), answer.headers)
            return [answer.body_for(method)]
        return self._application(environ, start_response)


class ASGIFront:
    """
    The front of an ASGI application.
    """

    def __init__(self, application: ASGIApplication) -> None:
        self._application = application
        self._live = frozenset(answers.paths("live"))
        self._metrics = frozenset(answers.paths("metrics"))
        self._paths = self._live | self._metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_path = scope["type"] == "http" and scope["path"] in self._paths
        if not (is_path and is_exact_scope(scope)):
            await self._application(scope, receive, send)
            return
        method = scope["method"]
        if scope["path"] in self._live:
            answer = answers.live(method)
        else:
            answer = answers.metrics(method, _meta(scope))
        await _send(answer, method, send)


class AccessLogFilter(logging.Filter):
    """
    Keep the health endpoints out of gunicorn's access log, and forged fields and lines too.
    """

    def __init__(self) -> None:
        super().__init__()
        endpoints = ("live", "ready", "metrics")
        self._paths = frozenset(
            path for each in endpoints for path in answers.paths(each)
        )

    def filter(self, record: logging.LogRecord) -> bool:
        """
        Return whether the line is to be written; what a client chose freely is cleaned.
        """
        atoms = record.args
        if not isinstance(atoms, dict):
            return True
        if atoms["U"] in self._paths:
            return False
        atoms["U"] = quote(atoms["U"] or "", safe=PRINTED)
        atoms[REQUEST_ID] = request_id.clean(atoms.get(REQUEST_ID))
        atoms[CLIENTS] = "".join(
            filter(IN_ADDRESSES.__contains__, atoms.get(CLIENTS) or "-")
        )
        return True


def is_exact(environ: MutableMapping[str, Any]) -> bool:
    """
    Whether the path was sent as it reads: ``/health%2Flive`` is somebody else's.
    """
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    return raw is None or raw.partition("?")[0] == environ["PATH_INFO"]


def is_exact_scope(scope: Scope) -> bool:
    """
    The same for an ASGI scope.
    """
    raw = scope.get("raw_path")
    return not raw or raw == scope["path"].encode()


def _status_line(answer: Answer) -> str:
    return f"{answer.status.value} {answer.status.phrase}"


def _meta(scope: Scope) -> dict[str, str]:
    """
    Return what metrics are decided by, named as in a WSGI environment.
    """
    names = {
        b"authorization": "HTTP_AUTHORIZATION",
        b"x-forwarded-for": "HTTP_X_FORWARDED_FOR",
    }
    found = {
        names[name]: value.decode("latin-1")
        for name, value in scope["headers"]
        if name in names
    }
    client = scope.get("client") or ("",)
    return {**found, "REMOTE_ADDR": client[0]}


async def _send(answer: Answer, method: str, send: Send) -> None:
    headers = [
        (name.lower().encode(), value.encode()) for name, value in answer.headers
    ]
    await send(
        {
            "type": "http.response.start",
            "status": answer.status.value,
            "headers": headers,
        }
    )
    await send({"type": "http.response.body", "body": answer.body_for(method)})
