r"""
The search index is on the dyno, or there is none.

A dyno has no search server of its own, and its disk is thrown away at least once a day (Dev Center,
"Dynos"). The simple backend asks the database with LIKE.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    HAYSTACK_CONNECTIONS = {
        "default": {
            "ENGINE": "haystack.backends.whoosh_backend.WhooshEngine",
            "PATH": "/tmp/index",
        },
    }

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    HAYSTACK_CONNECTIONS = heroku.haystack_connections()
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.python_values import text_of
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

WITHOUT_SERVICE = ("simple_backend.SimpleEngine", "whoosh_backend.WhooshEngine")
LOCAL = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])[:/]?")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look at the engines, and at the hosts of their URLs.
    """
    for _, entry in settings.tables("HAYSTACK_CONNECTIONS"):
        engine, url = entry.get("ENGINE"), entry.get("URL")
        place = engine if (text_of(engine) or "").endswith(WITHOUT_SERVICE) else None
        if LOCAL.match(text_of(url) or ""):
            place = url
        if place:
            yield rule.finding(
                place.source,
                place.start,
                "Haystack has no search service: a dyno has no server, and its disk is lost",
                fix="heroku addons:create bonsai, and write:"
                " HAYSTACK_CONNECTIONS = heroku.haystack_connections()",
            )
