"""
The middleware that stands in front of all others, and the one that leads to the right host.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import MiddlewareNotUsed
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase

from heroku_support import request_id
from heroku_support.conf import conf
from heroku_support.health.paths import ENDPOINTS, paths
from heroku_support.metrics.current import current
from heroku_support.metrics.instruments import REQUEST_START

GetResponse = Callable[[HttpRequest], Any]

# What a server makes of an exception; a plain number, for an enum's value takes its time.
FAILED = 500


class HerokuMiddleware:
    """
    Answer the health endpoints before any host check, redirect, session or log line,
    remember the request's id for the log, and count and time the request.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)
        self._endpoints = {path: name for name in ENDPOINTS for path in paths(name)}
        # What is wrong with them ends the start, not the first probe.
        _ = conf.HEROKU_SUPPORT_CHECK_TIMEOUT, conf.HEROKU_SUPPORT_CHECK_TTL
        self._recorder = current()
        got_request_exception.connect(_count_exception)

    def __call__(
        self, request: HttpRequest
    ) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._call_async(request)
        if self._is_own(request) and (response := self._answer(request)):
            return response
        with request_id.remembered(request.META.get(request_id.META)):
            return self._respond(request)

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase
        if self._recorder is None:
            response = self.get_response(request)
            return response
        requests = self._recorder.requests
        key = requests.begin(request.META.get(REQUEST_START))
        status = FAILED
        try:
            response = self.get_response(request)
            status = response.status_code
            return response
        finally:
            requests.end(key, status)

    async def _call_async(self, request: HttpRequest) -> HttpResponseBase:
        if self._is_own(request) and (response := await self._answer_async(request)):
            return response
        with request_id.remembered(request.META.get(request_id.META)):
            return await self._respond_async(request)

    async def _respond_async(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase
        if self._recorder is None:
            response = await self.get_response(request)
            return response
        requests = self._recorder.requests
        key = requests.begin(request.META.get(REQUEST_START))
        self._recorder.watch_loop()
        status = FAILED
        try:
            response = await self.get_response(request)
            status = response.status_code
            return response
        except asyncio.CancelledError:
            requests.cancel(key)
            raise
        finally:
            requests.end(key, status)

    def _is_own(self, request: HttpRequest) -> bool:
        """
        Whether it may be for a health endpoint, or has a path that nobody should see.
        """
        return request.path_info in self._endpoints or not request.path.startswith("/")

    def _answer(self, request: HttpRequest) -> HttpResponse | None:
        from heroku_support.health import endpoints  # most processes are never asked

        return endpoints.answer(request, self._endpoints.get(request.path_info))

    async def _answer_async(self, request: HttpRequest) -> HttpResponse | None:
        from heroku_support.health import endpoints

        return await endpoints.answer_async(
            request, self._endpoints.get(request.path_info)
        )


class CanonicalHostMiddleware:
    """
    Lead every page to the first of ``HEROKU_SUPPORT_CANONICAL_HOST``, unless it was asked for
    under one of them: nothing is served under ``.herokuapp.com`` once there is a domain.

    Stands after ``SecurityMiddleware``, so that each host first leads to itself over TLS and
    says how long that lasts. What other methods than GET and HEAD have sent is sent again.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._hosts = conf.HEROKU_SUPPORT_CANONICAL_HOST
        if not self._hosts:
            raise MiddlewareNotUsed
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(
        self, request: HttpRequest
    ) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._call_async(request)
        if redirect := self._redirect(request):
            return redirect
        response: HttpResponseBase = self.get_response(request)
        return response

    async def _call_async(self, request: HttpRequest) -> HttpResponseBase:
        if redirect := self._redirect(request):
            return redirect
        response: HttpResponseBase = await self.get_response(request)
        return response

    def _redirect(self, request: HttpRequest) -> HttpResponse | None:
        host, _ = split_domain_port(request.get_host())
        if validate_host(host, self._hosts):
            return None
        url = f"{request.scheme}://{self._hosts[0]}{request.get_full_path()}"
        response = HttpResponsePermanentRedirect(url)
        if request.method not in ("GET", "HEAD"):
            response.status_code = HTTPStatus.PERMANENT_REDIRECT
        return response


def _count_exception(**kwargs: Any) -> None:
    if recorder := current():
        recorder.requests.count_exception()
