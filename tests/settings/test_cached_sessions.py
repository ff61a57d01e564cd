"""
A session and a page in the Key-Value Store, behind TLS.
"""

from __future__ import annotations

from importlib import import_module
from itertools import count

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.cache import cache_page

from tests.settings.places import WEB, heroku

numbers = count(1)

urlpatterns = [
    path("page/", cache_page(60)(lambda request: HttpResponse(str(next(numbers))))),
    path("visits/", lambda request: HttpResponse(str(count_visit(request.session)))),
]


def count_visit(session) -> int:
    session["visits"] = session.get("visits", 0) + 1
    return session["visits"]


@pytest.fixture(params=["cache", "cached_db"])
def project(request: pytest.FixtureRequest, valkey_tls, transactional_db):
    """
    A project with both caches and sessions, as the how-to writes it.
    """
    engine = f"django.contrib.sessions.backends.{request.param}"
    with override_settings(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
        CACHES=heroku(WEB, REDIS_URL=valkey_tls.url).caches(key_prefix="shop"),
        SESSION_ENGINE=engine,
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["testserver"],
    ):
        call_command("migrate", "sessions", verbosity=0)
        yield import_module(engine)
        call_command("migrate", "sessions", "zero", verbosity=0)


def keys(valkey_tls, pattern: str) -> list[str]:
    return valkey_tls.server.ask("KEYS", pattern)


def test_a_session_is_kept(project, valkey_tls):
    client = Client()

    visits = [client.get("/visits/").content for _ in range(2)]

    assert visits == [b"1", b"2"]
    assert len(keys(valkey_tls, f"shop:1:{project.KEY_PREFIX}*")) == 1


def test_a_page_is_made_once(project, valkey_tls):
    first, second = (Client().get("/page/").content for _ in range(2))

    assert first == second
    assert keys(valkey_tls, "shop:1:views.decorators.cache.cache_page.*")
