"""
Answer the health endpoints in front of the application: it is up when its server is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import Future
from string import hexdigits
from typing import Any
from urllib.parse import quote

from asgiref.sync import iscoroutinefunction
from django.conf import settings

from heroku_support import request_id
from heroku_support.health import answers
from heroku_support.health.answers import Answer
from heroku_support.health.current import current
from heroku_support.health.paths import ENDPOINTS, paths
from heroku_support.health.report import DRAINING, Report

# gunicorn's names of the atoms of a line, and what may stand in them as it is.
REQUEST_ID = "{x-request-id}i"
CLIENTS = "{x-forwarded-for}i"
PRINTED = "/:@!$&()*+,;~"
IN_ADDRESSES = frozenset(hexdigits + ".:, -")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
StartResponse = Callable[..., Any]


def never() -> bool:
    """
    Return that a process is not about to end, where nobody knows.
    """
    return False


def wrap(application: Any, *, is_draining: Callable[[], bool] = never) -> Any:
    """
    Return a WSGI or ASGI application that answers the health endpoints, and passes on the rest.

    :param is_draining: whether this process was told to end: it is not ready then.
    """
    call = getattr(application, "__call__", None)  # noqa: B004  # which kind of call, not whether
    is_asgi = iscoroutinefunction(application) or iscoroutinefunction(call)
    front = ASGIFront if is_asgi else WSGIFront
    return front(application, is_draining=is_draining)


class Front:
    """
    What fronts of both kinds have in common: the paths, and what is answered there.
    """

    def __init__(
        self, application: Any, *, is_draining: Callable[[], bool] = never
    ) -> None:
        self._application = application
        self._is_draining = is_draining
        self._live = frozenset(paths("live"))
        self._ready = frozenset(paths("ready"))
        self._metrics = frozenset(paths("metrics"))
        self._paths = self._live | self._ready | self._metrics

    def _answer(
        self, path: str, method: str, meta: Mapping[str, Any]
    ) -> Answer | Future[Report]:
        """
        Return the answer, or the report to make it from.

        :param meta: the request's headers and peer, by their names in a WSGI environment.
        """
        if path in self._metrics:
            return answers.metrics(method, meta)
        if method not in answers.METHODS:
            return answers.NOT_ALLOWED
        if self._is_draining():
            return _ready(DRAINING, meta)
        return current().report()


class WSGIFront(Front):
    """
    The front of a WSGI application.
    """

    def __call__(
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if not (path in self._paths and is_exact(environ)):
            response: Iterable[bytes] = self._application(environ, start_response)
            return response
        method = environ["REQUEST_METHOD"]
        if path in self._live:
            answer: Answer | Future[Report] = answers.live(method)
        else:
            answer = self._answer(path, method, environ)
        if isinstance(answer, Future):
            answer = _ready(answer.result(), environ)
        start_response(_status_line(answer), answer.headers)
        return [answer.body_for(method)]


class ASGIFront(Front):
    """
    The front of an ASGI application.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_path = scope["type"] == "http" and scope["path"] in self._paths
        if not (is_path and is_exact_scope(scope)):
            await self._application(scope, receive, send)
            return
        method = scope["method"]
        if scope["path"] in self._live:
            await _send(answers.live(method), method, send)
            return
        meta = _meta(scope)
        answer = self._answer(scope["path"], method, meta)
        if isinstance(answer, Future):
            answer = _ready(await asyncio.wrap_future(answer), meta)
        await _send(answer, method, send)


class AccessLogFilter(logging.Filter):
    """
    Keep the health endpoints out of gunicorn's access log, and forged fields and lines too.
    """

    def __init__(self) -> None:
        super().__init__()
        self._paths = frozenset(path for each in ENDPOINTS for path in paths(each))

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


def _ready(report: Report, meta: Mapping[str, Any]) -> Answer:
    authorization = meta.get("HTTP_AUTHORIZATION")
    details = answers.may_see_details(authorization, debug=settings.DEBUG)
    return answers.ready(report, details=details)


def _status_line(answer: Answer) -> str:
    return f"{answer.status.value} {answer.status.phrase}"


def _meta(scope: Scope) -> dict[str, str]:
    """
    Return what it depends on who gets which answer, named as in a WSGI environment.
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
