"""
``CHANNEL_LAYERS``.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import redis
from asgiref.sync import async_to_sync
from channels_redis.core import RedisChannelLayer

from heroku_support.settings.channels import SOCKET_TIMEOUT
from tests.servers.valkey import ValkeyBehindTLS
from tests.servers.waiting import wait_until
from tests.settings.places import EVERYWHERE, WEB, heroku, problem_of

URL = "rediss://:S3cr3t@h:6380"
IN_MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
MESSAGE = {"type": "test"}


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_without_a_store_messages_stay_in_their_process(environ):
    settings = heroku(environ)

    assert settings.channel_layers() == IN_MEMORY
    assert "messages stay in the process" in settings.decisions[0].why


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_the_store_has_timeouts(environ):
    settings = heroku(environ, REDIS_URL=URL)
    host = {
        "address": f"{URL}/?ssl_cert_reqs=none",
        "socket_connect_timeout": 2,
        "socket_timeout": 7,
    }

    assert settings.channel_layers()["default"] == {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [host]},
    }
    assert settings.decisions[0].why == "TLS: the certificate is not checked"
    assert "S3cr3t" not in repr(settings.decisions)


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_a_missing_library_is_a_problem(environ, monkeypatch):
    monkeypatch.setitem(sys.modules, "channels_redis", None)

    problem = problem_of(heroku(environ, REDIS_URL=URL).channel_layers)

    assert "channels_redis is not installed" in problem.reason
    assert "django-heroku-support[channels]" in problem.fix


def test_a_project_without_channels_may_have_a_store(monkeypatch):
    monkeypatch.setitem(sys.modules, "channels", None)
    settings = heroku(WEB, REDIS_URL=URL)

    assert settings.channel_layers() == IN_MEMORY
    assert settings.decisions[0].why == "channels is not installed"


def test_a_problem_leaves_a_harmless_layer():
    settings = heroku(WEB, REDIS_URL="nonsense")
    settings.record.collecting = True

    assert settings.channel_layers() == IN_MEMORY


def test_the_wait_for_an_answer_is_longer_than_the_layers_own():
    assert RedisChannelLayer.brpop_timeout < SOCKET_TIMEOUT


def config(valkey_tls):
    settings = heroku(WEB, REDIS_URL=valkey_tls.url)
    return settings.channel_layers()["default"]["CONFIG"]


def asked(server) -> int:
    """
    How often a layer has asked the server for a message.
    """
    stats = server.client().info("commandstats").get("cmdstat_bzpopmin")
    return stats["calls"] if stats else 0


@asynccontextmanager
async def layer_of(
    store: ValkeyBehindTLS, config: dict[str, Any]
) -> AsyncIterator[RedisChannelLayer]:
    """
    Open a layer, and leave nothing of it behind.
    """
    before = store.proxy.connections
    layer = RedisChannelLayer(**config)
    try:
        yield layer
    finally:
        await layer.close_pools()
        # redis-py closes one that failed without waiting, and TLS says goodbye first.
        gone = partial(wait_until, lambda: store.proxy.connections <= before)
        await asyncio.to_thread(gone)


@async_to_sync
async def receive_late(store, config):
    async with layer_of(store, config) as layer:
        channel = await layer.new_channel()
        before = asked(store.server)
        receiver = asyncio.create_task(layer.receive(channel))
        try:
            # The first question has been answered, with nothing.
            await asyncio.to_thread(wait_until, lambda: asked(store.server) > before)
            await layer.send(channel, MESSAGE)
            return await receiver
        finally:
            receiver.cancel()


def test_a_consumer_without_messages_lives_on(valkey_tls):
    assert receive_late(valkey_tls, config(valkey_tls)) == MESSAGE


@async_to_sync
async def receive(store, config):
    async with layer_of(store, config) as layer:
        return await layer.receive(await layer.new_channel())


def test_a_consumer_would_not_outlive_a_shorter_timeout(valkey_tls):
    shorter = config(valkey_tls)
    shorter["hosts"][0]["socket_timeout"] = 1

    with pytest.raises(redis.TimeoutError):
        receive(valkey_tls, shorter)


@async_to_sync
async def send(store, config):
    async with layer_of(store, config) as layer:
        await layer.send("specific.inbox", MESSAGE)


def test_a_frozen_store_does_not_hold_a_sender_for_ever(valkey_tls):
    valkey_tls.server.freeze()
    try:
        with pytest.raises(redis.TimeoutError):
            send(valkey_tls, config(valkey_tls))
    finally:
        valkey_tls.server.thaw()
