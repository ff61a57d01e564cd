r"""
Stored times name no zone.

A dyno's clock is in UTC, as is Heroku Scheduler (Dev Center), while Django moves its own processes
to `TIME_ZONE`: what another program writes is hours off.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    TIME_ZONE = "Europe/Berlin"
    USE_TZ = False

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    TIME_ZONE = "Europe/Berlin"
    USE_TZ = True
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "info")

UTC = ("UTC", "Etc/UTC", "GMT")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for the switch, where the zone is another than the dyno's.
    """
    value = settings.get("USE_TZ")
    zone = settings.constant("TIME_ZONE", "America/Chicago")
    if value and settings.constant("USE_TZ", True) is False and zone not in UTC:
        yield rule.finding(
            value.source,
            value.start,
            "With USE_TZ off, stored times name no zone, while the dyno's clock is UTC",
            fix="Write: USE_TZ = True",
        )
