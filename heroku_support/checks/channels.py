"""
Checks of ``CHANNEL_LAYERS``.
"""

from __future__ import annotations

import sys
from typing import Any

from django.core import checks

from heroku_support.checks.reading import entries, is_installed, on_dyno, text

W012 = checks.Warning(
    "The channel layer is in each process's memory: messages reach no other process.",
    hint="heroku addons:create heroku-redis:mini, and"
    " CHANNEL_LAYERS = heroku.channel_layers()",
    id="heroku_support.W012",
)

IN_MEMORY = "channels.layers.InMemoryChannelLayer"


def check_layer(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    The layer in memory is for tests and one process (Channels docs, "Channel Layers"); a
    worker dyno, a second web dyno and a second server process are others.
    """
    used = "channels" in sys.modules or any(map(is_installed, ("channels", "daphne")))
    if not (used and on_dyno()):
        return []
    backends = [text(entry.get("BACKEND")) for entry in entries("CHANNEL_LAYERS")]
    return [W012] if IN_MEMORY in backends else []
