"""
The front tells WSGI from ASGI applications, and leaves foreign log records alone.
"""

from __future__ import annotations

import logging
from typing import Any

import pytest
from asgiref.sync import markcoroutinefunction

from heroku_support.health.front import AccessLogFilter, ASGIFront, WSGIFront, wrap


def wsgi(environ: Any, start_response: Any) -> list[bytes]:
    return []


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    pass


class Callable:
    """
    An application that is an object.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("application", "front"),
    [
        (wsgi, WSGIFront),
        (asgi, ASGIFront),
        (Callable(), ASGIFront),
        (markcoroutinefunction(lambda scope, receive, send: None), ASGIFront),
    ],
    ids=["wsgi", "asgi", "an object", "marked"],
)
def test_the_front_is_of_the_applications_kind(application: Any, front: type):
    assert type(wrap(application)) is front


def test_a_record_of_another_kind_is_written():
    record = logging.makeLogRecord({"msg": "hello %s", "args": ("you",)})

    assert AccessLogFilter().filter(record)
