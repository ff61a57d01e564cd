"""
CanonicalHostMiddleware, in Django's own sync and async request paths.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import path

HOSTS = ["www.example.com", "api.example.com"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "heroku_support.middleware.CanonicalHostMiddleware",
]


def host(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.get_host())


urlpatterns = [path("page/", host)]


@pytest.fixture
def site() -> Iterator[None]:
    with override_settings(
        ROOT_URLCONF=__name__,
        MIDDLEWARE=MIDDLEWARE,
        HEROKU_SUPPORT_CANONICAL_HOST=HOSTS,
        ALLOWED_HOSTS=["www.example.com", "api.example.com", ".herokuapp.com"],
        SECURE_SSL_REDIRECT=True,
        SECURE_HSTS_SECONDS=3600,
    ):
        yield


pytestmark = pytest.mark.usefixtures("site")


class HostClient(AsyncClient):
    """
    Django's own sends its host beside the given one.
    """

    def _base_scope(self, **request: Any) -> dict[str, Any]:
        scope: dict[str, Any] = super()._base_scope(**request)
        scope["headers"].remove((b"host", b"testserver"))
        return scope


def ask(
    kind: str, host: str, path: str = "/page/", method: str = "get", secure: bool = True
) -> Any:
    client = Client() if kind == "sync" else HostClient()
    send = getattr(client, method)
    send = send if kind == "sync" else async_to_sync(send)
    return send(path, headers={"Host": host}, secure=secure)


kinds = pytest.mark.parametrize("kind", ["sync", "async"])


@kinds
@pytest.mark.parametrize("host", [*HOSTS, "WWW.EXAMPLE.COM", "www.example.com:443"])
def test_a_canonical_host_is_served(kind: str, host: str):
    assert ask(kind, host).content.decode() == host


@kinds
@pytest.mark.parametrize("method", ["get", "head"])
def test_the_herokuapp_door_leads_to_the_first_canonical_host(kind: str, method: str):
    response = ask(kind, "shop-0123456789ab.herokuapp.com", "/page/?q=%20a", method)

    assert response.status_code == 301
    assert response.headers["Location"] == "https://www.example.com/page/?q=%20a"


@kinds
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_what_a_form_sends_to_the_herokuapp_door_is_sent_again(kind: str, method: str):
    response = ask(kind, "shop-0123456789ab.herokuapp.com", method=method)

    assert response.status_code == 308
    assert response.headers["Location"] == "https://www.example.com/page/"


@kinds
def test_each_host_first_leads_to_itself_over_tls(kind: str):
    response = ask(kind, "shop-0123456789ab.herokuapp.com", secure=False)

    address = "https://shop-0123456789ab.herokuapp.com/page/"
    assert response.headers["Location"] == address


@kinds
def test_the_redirect_says_how_long_its_host_insists_on_tls(kind: str):
    response = ask(kind, "shop-0123456789ab.herokuapp.com")

    assert response.headers["Strict-Transport-Security"] == "max-age=3600"


@kinds
def test_a_host_that_is_not_allowed_is_refused(kind: str):
    assert ask(kind, "evil.example").status_code == 400


@kinds
def test_a_path_cannot_lead_to_another_host(kind: str):
    response = ask(kind, "shop-0123456789ab.herokuapp.com", "//evil.example/page/")

    assert response.headers["Location"].startswith("https://www.example.com/")


@kinds
def test_without_a_canonical_host_all_are_served(kind: str):
    with override_settings(HEROKU_SUPPORT_CANONICAL_HOST=[]):
        response = ask(kind, "shop-0123456789ab.herokuapp.com")

    assert response.status_code == 200


@override_settings(HEROKU_SUPPORT_CANONICAL_HOST="www.example.com")
def test_one_host_may_be_a_text():
    response = Client(headers={"host": "a.herokuapp.com"}).get("/page/", secure=True)

    assert response["Location"] == "https://www.example.com/page/"
