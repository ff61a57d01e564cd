"""
Checks of the setting for readiness checks.
"""

from __future__ import annotations

from django.test import override_settings

from heroku_support.checks import health


def test_nothing_is_said_without_the_setting_or_of_one_that_can_be_used():
    assert health.check_readiness() == []
    with override_settings(HEROKU_SUPPORT_CHECKS={"memory": {}, "cache": None}):
        assert health.check_readiness() == []


@override_settings(HEROKU_SUPPORT_CHECKS={"memmory": {}, "own": "no.such.module"})
def test_each_mistake_is_said_by_name():
    first, second = health.check_readiness()

    assert first.id == second.id == "heroku_support.E017"
    assert first.msg.startswith("HEROKU_SUPPORT_CHECKS['memmory'] cannot be used: ")
    assert second.msg.endswith("cannot be used: No module named 'no'.")
