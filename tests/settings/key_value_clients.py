"""
The libraries that use the Key-Value Store, each set up as the helpers say, and the
certificates that they meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pytest
import redis
from asgiref.sync import async_to_sync
from celery import Celery
from channels_redis.core import RedisChannelLayer
from django.core.cache import CacheHandler
from django_rq.queues import get_redis_connection
from kombu import Connection
from kombu.exceptions import OperationalError
from valkey import ValkeyError

from heroku_support import Heroku
from heroku_support.settings.typed import Verify
from tests.servers.certificates import Certificate, issue, self_sign
from tests.settings.places import WEB, heroku

VALUE = "a value"
FAILURES = (redis.RedisError, ValkeyError, OperationalError)

Client = Callable[[Heroku, Verify], object]


def redis_py(settings: Heroku, verify: Verify) -> object:
    """
    What a project does by itself with the URL.
    """
    with redis.Redis.from_url(settings.key_value_url(verify=verify)) as client:
        return round_trip(client)


def django(settings: Heroku, verify: Verify) -> object:
    """
    Django's own cache.
    """
    return through_cache(settings.caches(verify=verify)["default"])


def django_redis(settings: Heroku, verify: Verify) -> object:
    """
    The cache of django-redis, with the same URL.
    """
    url = settings.key_value_url(verify=verify)
    return through_cache({"BACKEND": "django_redis.cache.RedisCache", "LOCATION": url})


def django_valkey(settings: Heroku, verify: Verify) -> object:
    """
    The cache of django-valkey, with the same URL.
    """
    url = settings.key_value_url(verify=verify)
    return through_cache(
        {"BACKEND": "django_valkey.cache.ValkeyCache", "LOCATION": url}
    )


def celery_broker(settings: Heroku, verify: Verify) -> object:
    """
    What Celery sends tasks through.
    """
    return through_queue(settings.key_value_url(verify=verify))


def celery_result_backend(settings: Heroku, verify: Verify) -> object:
    """
    What Celery keeps results in.
    """
    url = settings.key_value_url(verify=verify)
    with closing(Celery(backend=url, set_as_current=False)) as app:
        return round_trip(app.backend.client)


def channels(settings: Heroku, verify: Verify) -> object:
    """
    The layer of Channels.
    """
    return through_layer(settings.channel_layers(verify=verify)["default"]["CONFIG"])


def django_rq(settings: Heroku, verify: Verify) -> object:
    """
    A queue of django-rq.
    """
    queue = settings.rq_queues(verify=verify)["default"]
    with get_redis_connection(queue) as client:
        return round_trip(client)


CLIENTS = [
    redis_py,
    django,
    django_redis,
    django_valkey,
    celery_broker,
    celery_result_backend,
    channels,
    django_rq,
]


def round_trip(client: redis.Redis) -> object:
    """
    Write a value and read it again.
    """
    client.set("key", VALUE)
    return client.get("key").decode()


def through_cache(entry: object) -> object:
    """
    Write a value into a cache and read it again.
    """
    with cache_of(entry) as cache:
        cache.set("key", VALUE)
        return cache.get("key")


@contextmanager
def cache_of(entry: object) -> Iterator[object]:
    """
    Make the cache that an entry of ``CACHES`` describes.
    """
    handler = CacheHandler({"default": entry})
    yield handler["default"]
    handler.close_all()


def through_queue(url: str) -> object:
    """
    Send a message by Kombu and take it out again.
    """
    with Connection(url) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)
        with closing(connection.SimpleQueue("messages")) as queue:
            queue.put(VALUE)
            message = queue.get(timeout=5)
            message.ack()
            return message.payload


@async_to_sync
async def through_layer(config: dict[str, object]) -> object:
    """
    Send a message to a channel and receive it.
    """
    layer = RedisChannelLayer(**config)
    try:
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "test", "value": VALUE})
        return (await layer.receive(channel))["value"]
    finally:
        await layer.close_pools()


@dataclass(frozen=True)
class Row:
    """
    A certificate that the server shows, how it is checked, and what comes of it.
    """

    name: str
    shown: Certificate
    verify: Verify
    pinned: Certificate | None = None
    error: str = ""

    def check(self, client: Client, url: str) -> None:
        """
        Let a client meet the certificate.
        """
        pem = (self.pinned or self.shown).authority
        settings = heroku(WEB, REDIS_URL=url, REDIS_CA_CERTIFICATE=pem)
        if not self.error:
            assert client(settings, self.verify) == VALUE
            return
        with pytest.raises(FAILURES, match=self.error):
            client(settings, self.verify)


SELF_SIGNED = self_sign("localhost")
PRIVATE = issue("localhost")
# What Heroku's show: libraries find a self-signed certificate *in the chain*.
WITH_ROOT = PRIVATE.chain + PRIVATE.authority
WHOLE_CHAIN = Certificate(chain=WITH_ROOT, key=PRIVATE.key, authority=WITH_ROOT)
OTHER_HOST = self_sign("db.example.com")
EXPIRED = self_sign("localhost", expired=True)

ROWS = [
    Row("self-signed", SELF_SIGNED, "none"),
    Row("private authority", PRIVATE, "none"),
    Row("other host", OTHER_HOST, "none"),
    Row("expired", EXPIRED, "none"),
    Row("self-signed, pinned", SELF_SIGNED, "pin"),
    Row("private authority, pinned", PRIVATE, "pin"),
    Row("whole chain, pinned", WHOLE_CHAIN, "pin"),
    Row("other host, pinned", OTHER_HOST, "pin"),
    Row("expired, pinned", EXPIRED, "pin", error="certificate has expired"),
    Row("another", SELF_SIGNED, "pin", OTHER_HOST, "self.signed certificate"),
    Row("of another authority", PRIVATE, "pin", SELF_SIGNED, "verify failed"),
]
