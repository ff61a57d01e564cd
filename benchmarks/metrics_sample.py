"""
Serve one empty view through a peer's middleware; print the microseconds a request takes.

Run in a process of its own: ``metrics_sample.py PEER wsgi|asgi|start``. Time is the processor's,
so that others who use the machine count less. With ``start`` nothing is served: the process that
has run so far is what is measured, and the megabytes that it has are printed.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

BATCH, BATCHES = 100, 30
ENVIRON = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/",
    "QUERY_STRING": "",
    "SERVER_NAME": "testserver",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "10.1.2.3",
    "wsgi.url_scheme": "http",
    "HTTP_HOST": "www.example.com",
    "HTTP_USER_AGENT": "Mozilla/5.0",
    "HTTP_ACCEPT": "*/*",
    "HTTP_X_FORWARDED_FOR": "203.0.113.7",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_REQUEST_ID": "8f1f9c1e-6a5d-4d2d-9b0e-2f5d3c1b7a90",
}
OURS = "heroku_support.middleware.HerokuMiddleware"
PROMETHEUS = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
MIDDLEWARE = {
    "nothing": [],
    "no-op middleware": ["metrics_sample.no_op"],
    "judoscale": ["judoscale.django.middleware.RequestQueueTimeMiddleware"],
    "django-prometheus": PROMETHEUS,
    "django-prometheus, multiprocess": PROMETHEUS,
    "OpenTelemetry": [],
    "ours without metrics": [OURS],
    "ours": [OURS],
}


def set_up(peer: str) -> None:
    """
    Configure Django as the peer's documentation says.
    """
    apps = ["django.contrib.auth", "django.contrib.contenttypes"]
    if peer.startswith("django-prometheus"):
        apps.append("django_prometheus")
    if peer.startswith("ours"):
        apps.append("heroku_support")
    if "multiprocess" in peer:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp()
    os.environ.update(DYNO="web.1", PORT="5006", TMPDIR=tempfile.mkdtemp())
    tempfile.tempdir = None

    import django
    from django.conf import settings

    settings.configure(
        ALLOWED_HOSTS=["*"],
        HEROKU_SUPPORT_METRICS=peer == "ours",
        INSTALLED_APPS=apps,
        MIDDLEWARE=MIDDLEWARE[peer],
        ROOT_URLCONF="metrics_sample",
        SECRET_KEY="benchmark-only-k3q9vfz7x2m5w8t1r6y4u0p-n1c7b5d3",
    )
    if peer == "OpenTelemetry":
        _instrument()
    django.setup()


def _instrument() -> None:
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    provider = MeterProvider([InMemoryMetricReader()])
    DjangoInstrumentor().instrument(meter_provider=provider)


def no_op(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """
    A middleware that does nothing, in either kind of chain.
    """
    from asgiref.sync import iscoroutinefunction

    if not iscoroutinefunction(get_response):
        return lambda request: get_response(request)

    async def pass_on(request: Any) -> Any:
        return await get_response(request)

    return pass_on


no_op.sync_capable = no_op.async_capable = True
urlpatterns: list[Any] = []


def chain(*, is_async: bool) -> Callable[[Any], Any]:
    """
    Return all middlewares, around a view that is found without looking.
    """
    from django.core.handlers.base import BaseHandler
    from django.http import HttpResponse

    response = HttpResponse()

    class Handler(BaseHandler):
        def _get_response(self, request: Any) -> HttpResponse:
            return response

        async def _get_response_async(self, request: Any) -> HttpResponse:
            return response

    handler = Handler()
    handler.load_middleware(is_async=is_async)
    found: Callable[[Any], Any] = handler._middleware_chain
    return found


def requests() -> list[Any]:
    """
    Return new requests, which have not been looked at.
    """
    from django.core.handlers.wsgi import WSGIRequest

    start = {"HTTP_X_REQUEST_START": str(time.time_ns() // 1_000_000)}
    body = {"wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr}
    return [WSGIRequest({**ENVIRON, **start, **body}) for _ in range(BATCH)]


def measure(respond: Callable[[Any], Any]) -> float:
    """
    Return the least microseconds a request of a batch.
    """
    least = float("inf")
    for _ in range(BATCHES):
        batch = requests()
        begin = time.process_time_ns()
        for request in batch:
            respond(request)
        least = min(least, (time.process_time_ns() - begin) / BATCH / 1000)
    return least


async def measure_async(respond: Callable[[Any], Any]) -> float:
    """
    The same in an event loop, all threads counted.
    """
    least = float("inf")
    for _ in range(BATCHES):
        batch = requests()
        begin = time.process_time_ns()
        for request in batch:
            await respond(request)
        least = min(least, (time.process_time_ns() - begin) / BATCH / 1000)
    return least


def megabytes() -> float:
    """
    Return the resident set of this process.
    """
    with open("/proc/self/statm", "rb") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    peer, kind = sys.argv[1:]
    set_up(peer)
    respond = chain(is_async=kind == "asgi")
    if kind == "start":
        respond(requests()[0])
        print(megabytes())
    else:
        is_async = kind == "asgi"
        print(asyncio.run(measure_async(respond)) if is_async else measure(respond))
    sys.stdout.flush()
    os._exit(0)  # no last words of anybody's
