"""
The check of how times are stored; the silent cases first.
"""

from __future__ import annotations

import pytest
from django.test import override_settings

from heroku_support.checks import time_zone


@pytest.mark.parametrize(
    ("aware", "zone"), [(True, "Europe/London"), (True, "UTC"), (False, "UTC")]
)
def test_times_that_name_their_zone_are_fine(aware: bool, zone: str):
    with override_settings(USE_TZ=aware, TIME_ZONE=zone):
        assert time_zone.check_use_tz() == []


@override_settings(USE_TZ=False, TIME_ZONE="Europe/London")
def test_times_without_a_zone_are_worth_knowing():
    assert time_zone.check_use_tz() == [time_zone.I003]
