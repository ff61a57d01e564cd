"""
Hand static files to WhiteNoise before Django is entered.

Only where nothing that could want otherwise stands in front of WhiteNoise: this package's
middleware and Django's ``SecurityMiddleware``, whose headers the files have all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from wsgiref.util import FileWrapper

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware

# Bytes, up to which reading a file takes less than preparing sendfile(2).
SMALL = 65_536
Headers = list[tuple[str, str]]
Made = tuple[str, Headers, bool]  # status line, headers, whether the file is small
IN_FRONT = [
    "heroku_support.middleware.HerokuMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
]


def wrap(application: Any) -> Any:
    """
    Return an application that serves WhiteNoise's files itself; the given one if it must not.
    """
    is_djangos = isinstance(application, WSGIHandler)
    if not is_djangos or list(settings.MIDDLEWARE[: len(IN_FRONT)]) != IN_FRONT:
        return application
    security = _within(_within(application._middleware_chain).get_response)
    whitenoise = _within(security.get_response)
    # It looks for each file anew, while a project is developed.
    if whitenoise.autorefresh:
        return application
    return HashedFiles(application, whitenoise.files, security)


class HashedFiles:
    """
    An application in front of another.

    :param files: WhiteNoise's, by their path.
    """

    def __init__(
        self,
        application: WSGIHandler,
        files: dict[str, Any],
        security: SecurityMiddleware,
    ) -> None:
        self._application = application
        self._files = files
        self._redirects = security.redirect
        self._proxy_header = settings.SECURE_PROXY_SSL_HEADER
        self._added = {scheme: _added(security, scheme) for scheme in ("http", "https")}
        # What was made of a response's headers, which WhiteNoise has once for each file.
        self._made: dict[tuple[int, str], tuple[Headers, Made]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        file = self._files.get(environ["PATH_INFO"])
        scheme = self._scheme(environ)
        if file is None or (self._redirects and scheme != "https"):
            found: Iterable[bytes] = self._application(environ, start_response)
            return found
        response = file.get_response(environ["REQUEST_METHOD"], environ)
        if "HTTP_RANGE" in environ:  # with headers of its own
            status, headers, is_small = self._make(response, scheme)
        else:
            status, headers, is_small = self._once(response, scheme)
        start_response(status, [*headers])
        if response.file is None:
            return []
        if is_small:
            with response.file as opened:
                return [opened.read()]
        wrapper = environ.get("wsgi.file_wrapper", FileWrapper)
        wrapped: Iterable[bytes] = wrapper(response.file)
        return wrapped

    def _once(self, response: Any, scheme: str) -> Made:
        key = id(response.headers), scheme
        kept = self._made.get(key)
        if kept is None:
            # The headers as well: their id is theirs as long as they are there.
            kept = self._made[key] = response.headers, self._make(response, scheme)
        return kept[1]

    def _make(self, response: Any, scheme: str) -> Made:
        own = {name.lower(): value for name, value in response.headers}
        added = [pair for pair in self._added[scheme] if pair[0].lower() not in own]
        status = f"{response.status.value} {response.status.phrase}"
        is_small = int(own.get("content-length", 0)) <= SMALL
        return status, [*response.headers, *added], is_small

    def _scheme(self, environ: dict[str, Any]) -> str:
        """
        Return what Django's ``request.scheme`` is.
        """
        if self._proxy_header:
            name, secure = self._proxy_header
            told = environ.get(name)
            if told is not None:
                return "https" if told.split(",", 1)[0].strip() == secure else "http"
        return "https" if environ["wsgi.url_scheme"] == "https" else "http"


def _within(converted: Any) -> Any:
    # Django's convert_exception_to_response is around each middleware.
    return converted.__wrapped__


def _added(security: SecurityMiddleware, scheme: str) -> list[tuple[str, str]]:
    """
    Return the headers that the middleware adds to a response.
    """
    request = WSGIRequest(
        {
            "PATH_INFO": "/",
            "REQUEST_METHOD": "GET",
            "wsgi.input": BytesIO(),
            "wsgi.url_scheme": scheme,
        }
    )
    response = security.process_response(request, HttpResponse())
    return [pair for pair in response.items() if pair[0] != "Content-Type"]
