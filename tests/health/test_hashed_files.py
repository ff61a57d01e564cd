"""
Static files in front of Django: the same answers, to the header, as out of it.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings

from heroku_support.health.hashed_files import IN_FRONT, SMALL, HashedFiles, wrap

COMMON = "django.middleware.common.CommonMiddleware"
HASHED = "site.0123456789ab.css"
LARGE = "site.ba9876543210.js"
SETTINGS: dict[str, Any] = {
    "ALLOWED_HOSTS": ["www.example.com"],
    "MIDDLEWARE": [*IN_FRONT, COMMON],
    "SECURE_HSTS_SECONDS": 3600,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SECURE_SSL_REDIRECT": True,
    "STATIC_URL": "/static/",
    "WHITENOISE_AUTOREFRESH": False,
    "WHITENOISE_USE_FINDERS": False,
}
Answer = tuple[str, list[tuple[str, str]], bytes]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """
    The static files, compressed as well, and settings as the helpers make them.
    """
    text = b"body { color: black }" * 100
    (tmp_path / HASHED).write_bytes(text)
    (tmp_path / f"{HASHED}.gz").write_bytes(gzip.compress(text))
    (tmp_path / LARGE).write_bytes(b"x" * (SMALL + 1))
    # As Django's own test client does: another test's connection is none of these requests'.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with override_settings(**SETTINGS, STATIC_ROOT=tmp_path):
        yield tmp_path
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(application: Any, path: str, method: str = "GET", **environ: str) -> Answer:
    started: list[Any] = []
    scheme = environ.pop("scheme", "http")
    answer = application(
        {
            "HTTP_HOST": "www.example.com",
            "HTTP_X_FORWARDED_PROTO": "https",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "REQUEST_METHOD": method,
            "SERVER_NAME": "www.example.com",
            "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(),
            "wsgi.url_scheme": scheme,
            **environ,
        },
        lambda *line: started.append(line),
    )
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    ((status, headers),) = started
    return status, sorted(headers), body


REQUESTS: list[tuple[str, dict[str, str]]] = [
    ("GET", {}),
    ("HEAD", {}),
    ("POST", {}),
    ("GET", {"HTTP_ACCEPT_ENCODING": "gzip"}),
    ("GET", {"HTTP_RANGE": "bytes=5-9"}),
    ("GET", {"HTTP_RANGE": "bytes=99999-"}),
    ("GET", {"HTTP_IF_MODIFIED_SINCE": "Fri, 01 Jan 2100 00:00:00 GMT"}),
    ("GET", {"HTTP_X_FORWARDED_PROTO": "https, http"}),
    ("GET", {"HTTP_X_FORWARDED_PROTO": "http"}),
    ("GET", {"HTTP_X_FORWARDED_PROTO": "http", "scheme": "https"}),
    ("GET", {"HTTP_HOST": "evil.example"}),
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("method", "environ"), REQUESTS, ids=str)
@pytest.mark.parametrize("redirects", [True, False])
@pytest.mark.parametrize("file", [HASHED, LARGE])
def test_an_answer_is_the_same_as_out_of_django(
    method: str, environ: dict[str, str], redirects: bool, file: str
):
    with override_settings(SECURE_SSL_REDIRECT=redirects):
        inner = WSGIHandler()
        answer = ask(wrap(inner), f"/static/{file}", method, **environ)
        expected = ask(inner, f"/static/{file}", method, **environ)

    assert answer == expected


@pytest.mark.usefixtures("folder")
@override_settings(SECURE_SSL_REDIRECT=False)
def test_answers_are_the_same_whatever_was_asked_before():
    inner = WSGIHandler()
    application = wrap(inner)
    requests = [*REQUESTS, *reversed(REQUESTS)]
    answers, expected = (
        [
            ask(each, f"/static/{HASHED}", method, **environ)
            for method, environ in requests
        ]
        for each in (application, inner)
    )

    assert answers == expected


@pytest.mark.usefixtures("folder")
def test_headers_that_whitenoise_has_already_are_not_there_twice():
    def add(headers: Any, path: str, url: str) -> None:
        headers["Referrer-Policy"] = "no-referrer"

    with override_settings(WHITENOISE_ADD_HEADERS_FUNCTION=add):
        inner = WSGIHandler()
        answer = ask(wrap(inner), f"/static/{HASHED}")
        expected = ask(inner, f"/static/{HASHED}")

    assert answer == expected


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("header", [None, ("HTTP_X_NOT_THERE", "https")])
def test_without_a_proxy_the_servers_scheme_is_the_scheme(
    scheme: str, header: tuple[str, str] | None
):
    with override_settings(SECURE_PROXY_SSL_HEADER=header):
        inner = WSGIHandler()
        answer = ask(wrap(inner), f"/static/{HASHED}", scheme=scheme)
        expected = ask(inner, f"/static/{HASHED}", scheme=scheme)

    assert answer == expected


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("path", "times"), [(f"/static/{HASHED}", 0), ("/other", 1)])
def test_django_is_not_entered_for_a_file(path: str, times: int):
    entered = []

    def enter(**kwargs: Any) -> None:
        entered.append(kwargs)

    request_started.connect(enter)
    ask(wrap(WSGIHandler()), path)
    request_started.disconnect(enter)

    assert len(entered) == times


@pytest.mark.parametrize(
    "changed",
    [
        {"MIDDLEWARE": IN_FRONT[1:]},
        {"MIDDLEWARE": [IN_FRONT[0], COMMON, *IN_FRONT[1:]]},
        {"MIDDLEWARE": []},
        {"WHITENOISE_AUTOREFRESH": True},
    ],
    ids=str,
)
def test_where_it_could_make_a_difference_it_is_left_to_django(
    changed: dict[str, Any], folder: Path
):
    with override_settings(**changed):
        application = WSGIHandler()

        assert wrap(application) is application


@pytest.mark.usefixtures("folder")
def test_only_what_is_djangos_own_is_wrapped():
    asgi = ASGIHandler()

    assert wrap(asgi) is asgi
    assert isinstance(wrap(WSGIHandler()), HashedFiles)
