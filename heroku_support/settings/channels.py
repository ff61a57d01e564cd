"""
``CHANNEL_LAYERS``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_support.settings import Record, find_library
from heroku_support.settings.key_value import (
    TIMEOUT,
    key_value_url,
    tls_in_words,
    variable_name,
)

if TYPE_CHECKING:
    from heroku_support.settings.typed import ChannelLayerSettings, Verify

REDIS = "channels_redis.core.RedisChannelLayer"
EXTRA = "django-heroku-support[channels]"
LOCAL = "channels.layers.InMemoryChannelLayer"

# Seconds. A consumer without messages is answered after five (`brpop_timeout` of
# channels_redis 4.3); a shorter wait would end its web socket, as redis-py 8 does by default
# (github.com/django/channels_redis/issues/422).
SOCKET_TIMEOUT = 5 + TIMEOUT


def channel_layers(
    record: Record, *, verify: Verify
) -> dict[str, ChannelLayerSettings]:
    """
    Return ``CHANNEL_LAYERS`` with the alias ``default``.
    """
    variable = variable_name(record)
    layer: ChannelLayerSettings = {}
    if not variable:
        why = "no Key-Value Store: messages stay in the process that sends them"
    elif not find_library("channels"):
        why = "channels is not installed"
    else:
        layer = _key_value_store(record, variable, verify)
        why = tls_in_words(layer["CONFIG"]["hosts"][0]["address"]) if layer else ""
    found: dict[str, ChannelLayerSettings] = {"default": layer or {"BACKEND": LOCAL}}
    return record.decide("CHANNEL_LAYERS", found, source=variable or "default", why=why)


def _key_value_store(
    record: Record, variable: str, verify: Verify
) -> ChannelLayerSettings:
    url = key_value_url(record, verify)
    if not (url and record.has_library(variable, "channels_redis", EXTRA)):
        return {}
    host = {
        "address": url,
        "socket_connect_timeout": TIMEOUT,
        "socket_timeout": SOCKET_TIMEOUT,
    }
    return {"BACKEND": REDIS, "CONFIG": {"hosts": [host]}}
