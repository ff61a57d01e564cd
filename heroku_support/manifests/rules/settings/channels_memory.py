r"""
The channel layer is in each process's memory.

It is for tests and for one process (Channels docs, "Channel Layers"): a message reaches nobody who
is connected to another worker or dyno.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    CHANNEL_LAYERS = heroku.channel_layers()
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.python_values import text_of
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

IN_MEMORY = "channels.layers.InMemoryChannelLayer"


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look at each layer.
    """
    for _, entry in settings.tables("CHANNEL_LAYERS"):
        backend = entry.get("BACKEND")
        if backend and text_of(backend) == IN_MEMORY:
            yield rule.finding(
                backend.source,
                backend.start,
                "Messages reach no other process: the channel layer is in memory",
                fix="heroku addons:create heroku-redis:mini, and write:"
                " CHANNEL_LAYERS = heroku.channel_layers()",
            )
