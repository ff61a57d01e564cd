"""
The checks of CHANNEL_LAYERS; the silent cases first.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import override_settings

from heroku_support.checks import channels

IN_MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
REDIS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}}


@pytest.fixture(autouse=True)
def not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Other tests import Channels; these say when it is.
    """
    monkeypatch.delitem(sys.modules, "channels", raising=False)


def test_a_layer_in_memory_is_fine_locally(install: Any):
    install("daphne", CHANNEL_LAYERS=IN_MEMORY)

    assert channels.check_layer() == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(CHANNEL_LAYERS=IN_MEMORY)
def test_a_layer_that_nobody_uses_is_fine():
    assert channels.check_layer() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("layers", [{}, REDIS])
def test_no_layer_and_a_shared_one_are_fine(install: Any, layers: Mapping[str, Any]):
    install("daphne", CHANNEL_LAYERS=layers)

    assert channels.check_layer() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("app", ["channels", "daphne"])
def test_a_layer_in_memory_is_a_warning(install: Any, app: str):
    install(app, CHANNEL_LAYERS=IN_MEMORY)

    assert channels.check_layer() == [channels.W012]


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(CHANNEL_LAYERS=IN_MEMORY)
def test_an_imported_library_is_use_as_well(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "channels", sys)

    assert channels.check_layer() == [channels.W012]
