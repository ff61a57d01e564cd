"""
The settings of metrics.
"""

from __future__ import annotations

import pytest
from django.test import override_settings

from heroku_support.conf import conf


@pytest.mark.parametrize(
    ("given", "prefix"),
    [
        ("django", "django"),
        ("", ""),
        ("shop.", "shop"),
        ("my shop/eu", "my_shop_eu"),
        ("läden", "l_den"),
    ],
)
def test_a_prefix_is_one_that_every_exit_takes(given: str, prefix: str):
    with override_settings(HEROKU_SUPPORT_METRICS_PREFIX=given):
        assert prefix == conf.HEROKU_SUPPORT_METRICS_PREFIX


@pytest.mark.parametrize(
    ("given", "interval"),
    [
        (30, 30),
        (0, 1),
    ],
)
def test_an_interval_is_a_second_at_least(given: float, interval: float):
    with override_settings(HEROKU_SUPPORT_METRICS_INTERVAL=given):
        assert interval == conf.HEROKU_SUPPORT_METRICS_INTERVAL


def test_without_settings_metrics_are_on_and_go_to_heroku_alone():
    assert conf.HEROKU_SUPPORT_METRICS
    assert (
        conf.HEROKU_SUPPORT_METRICS_STATSD,
        conf.HEROKU_SUPPORT_METRICS_L2MET,
        conf.HEROKU_SUPPORT_METRICS_INTERVAL,
    ) == ("", False, 20)
