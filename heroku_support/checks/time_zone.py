"""
Checks of how times are stored.
"""

from __future__ import annotations

from typing import Any

from django.core import checks

from heroku_support.checks.reading import setting

I003 = checks.Info(
    "USE_TZ is off: stored times name no zone, while the dyno's clock is UTC.",
    hint="USE_TZ = True",
    id="heroku_support.I003",
)

UTC = ("UTC", "Etc/UTC", "GMT")


def check_use_tz(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    A dyno's clock and Heroku Scheduler are in UTC (Dev Center, "Heroku Scheduler"); Django
    alone moves its own processes to TIME_ZONE.
    """
    silent = setting("USE_TZ") or setting("TIME_ZONE") in UTC
    return [] if silent else [I003]
