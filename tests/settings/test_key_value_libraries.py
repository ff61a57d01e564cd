"""
Every library reaches Valkey over TLS by the one form of the URL, and only by a form of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
import redis
from celery import Celery
from django_rq.queues import get_redis_connection

from tests.servers.certificates import server_context
from tests.servers.fault_proxy import FaultProxy
from tests.servers.valkey import PASSWORD, ValkeyServer, build_url
from tests.settings.key_value_clients import (
    CLIENTS,
    FAILURES,
    ROWS,
    VALUE,
    Client,
    Row,
    round_trip,
    through_cache,
    through_layer,
)
from tests.settings.places import WEB, heroku

REFUSED = "self.signed certificate"
CELERY_WANTS = "A rediss:// URL must have parameter ssl_cert_reqs"
REDIS_CACHE = "django.core.cache.backends.redis.RedisCache"


@pytest.fixture(scope="module", params=ROWS, ids=lambda row: row.name)
def row_and_url(
    request: pytest.FixtureRequest, valkey: ValkeyServer
) -> Iterator[tuple[Row, str]]:
    """
    A row of the table, and the Valkey behind its certificate.
    """
    row: Row = request.param
    with FaultProxy(valkey.port, tls=server_context(row.shown)) as proxy:
        yield row, build_url("rediss", "localhost", proxy.port, PASSWORD)


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_one_url_form_works_in_every_library_over_tls(
    row_and_url: tuple[Row, str], client: Client
):
    row, url = row_and_url

    row.check(client, url)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_the_same_helpers_work_without_tls(valkey, client):
    settings = heroku(WEB, REDIS_URL=valkey.url())

    assert client(settings, "none") == VALUE


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_a_url_that_asks_for_more_than_our_default_gets_it(valkey_tls, client):
    url = f"{valkey_tls.url}?ssl_cert_reqs=CERT_REQUIRED"

    with pytest.raises(FAILURES, match=REFUSED):
        client(heroku(WEB, REDIS_URL=url), "none")


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_a_url_without_tls_gets_nowhere_at_a_port_with_it(valkey_tls, client):
    url = valkey_tls.url.replace("rediss:", "redis:")

    with pytest.raises(FAILURES, match="Connection (closed|reset)|Error while reading"):
        client(heroku(WEB, REDIS_URL=url), "none")
    assert PASSWORD.encode() not in valkey_tls.proxy.sent


# The forms that people try first (the reasons for ours).


def test_redis_py_refuses_the_url_as_it_is(valkey_tls):
    client = redis.Redis.from_url(valkey_tls.url)

    with client, pytest.raises(redis.ConnectionError, match=REFUSED):
        round_trip(client)


def test_redis_py_does_not_know_the_word_of_celery(valkey_tls):
    client = redis.Redis.from_url(f"{valkey_tls.url}?ssl_cert_reqs=CERT_NONE")

    with client, pytest.raises(redis.RedisError, match="Invalid SSL Certificate"):
        round_trip(client)


def test_options_for_tls_break_django_without_tls(valkey):
    options = {"ssl_cert_reqs": None}
    entry = {"BACKEND": REDIS_CACHE, "LOCATION": valkey.url(), "OPTIONS": options}

    with pytest.raises(TypeError, match="unexpected keyword argument"):
        through_cache(entry)


def test_django_redis_ignores_the_options_of_django(valkey_tls):
    entry = {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": valkey_tls.url,
        "OPTIONS": {"ssl_cert_reqs": None},
    }

    with pytest.raises(redis.ConnectionError, match=REFUSED):
        through_cache(entry)


def test_celery_refuses_the_url_as_it_is(valkey_tls):
    app = Celery(backend=valkey_tls.url, set_as_current=False)

    with closing(app), pytest.raises(ValueError, match=CELERY_WANTS):
        _ = app.backend


def test_channels_refuses_the_url_as_it_is(valkey_tls):
    with pytest.raises(redis.ConnectionError, match=REFUSED):
        through_layer({"hosts": [valkey_tls.url]})


def test_django_rq_ignores_the_options_of_its_client_beside_a_url(valkey_tls):
    options = {"ssl_cert_reqs": None}
    queue = {"URL": valkey_tls.url, "REDIS_CLIENT_KWARGS": options}

    with (
        get_redis_connection(queue) as client,
        pytest.raises(redis.ConnectionError, match=REFUSED),
    ):
        round_trip(client)
