"""
Answer liveness in front of the application: it is up when its server is.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from inspect import iscoroutinefunction
from typing import Any

from heroku_support.health import answers
from heroku_support.health.answers import Answer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
StartResponse = Callable[..., Any]
WSGIApplication = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def wrap(application: Any) -> Any:
    """
    Return a WSGI or ASGI application that answers ``/health/live`` and passes on the rest.
    """
    if iscoroutinefunction(application) or iscoroutinefunction(
        getattr(application, "__call__", None)  # noqa: B004  # not whether, but which kind
    ):
        return ASGIFront(application)
    return WSGIFront(application)


class WSGIFront:
    """
    The front of a WSGI application.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._paths = frozenset(answers.paths("live"))

    def __call__(
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"] in self._paths and is_exact(environ):
            method = environ["REQUEST_METHOD"]
            answer = answers.live(method)
            start_response(_status_line(answer), answer.headers)
            return [answer.body_for(method)]
        return self._application(environ, start_response)


class ASGIFront:
    """
    The front of an ASGI application.
    """

    def __init__(self, application: ASGIApplication) -> None:
        self._application = application
        self._paths = frozenset(answers.paths("live"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_path = scope["type"] == "http" and scope["path"] in self._paths
        if is_path and is_exact_scope(scope):
            await _send(answers.live(scope["method"]), scope["method"], send)
        else:
            await self._application(scope, receive, send)


class HealthAccessFilter(logging.Filter):
    """
    Keep requests for the health endpoints out of gunicorn's access log.
    """

    def __init__(self) -> None:
        super().__init__()
        self._paths = frozenset([*answers.paths("live"), *answers.paths("ready")])

    def filter(self, record: logging.LogRecord) -> bool:
        """
        Return whether the line is to be written.
        """
        atoms = record.args
        return not (isinstance(atoms, dict) and atoms["U"] in self._paths)


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
