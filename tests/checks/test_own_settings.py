"""
Checks of this package's own settings.
"""

from __future__ import annotations

from django.test import override_settings

from heroku_support.checks import own_settings


def test_nothing_is_said_of_values_that_can_be_and_of_other_names():
    with override_settings(
        HEROKU_SUPPORT_RELEASE_SMOKE=False, HEROKU_SUPPORT_OF_THE_PROJECTS_OWN=1
    ):
        assert own_settings.check_values() == []
        assert own_settings.check_names() == []


@override_settings(HEROKU_SUPPORT_CHECK_TTL="soon", HEROKU_SUPPORT_RELEASE_SMOKE="no")
def test_each_value_that_cannot_be_is_said_with_one_that_can():
    first, second = own_settings.check_values()

    assert (first.id, first.msg) == (
        "heroku_support.E018",
        "HEROKU_SUPPORT_CHECK_TTL is 'soon', no number of seconds.",
    )
    assert second.hint == "HEROKU_SUPPORT_RELEASE_SMOKE = True"


@override_settings(HEROKU_SUPPORT_CHECKS={"memory": "nowhere"})
def test_readiness_checks_are_not_said_twice():
    assert own_settings.check_values() == []


@override_settings(HEROKU_SUPPORT_RELEASE_SMOK=False)
def test_a_slip_of_the_pen_is_said_with_the_name_that_is_meant():
    (warning,) = own_settings.check_names()

    assert (warning.id, warning.msg, warning.hint) == (
        "heroku_support.W024",
        "HEROKU_SUPPORT_RELEASE_SMOK is no setting of heroku_support.",
        "HEROKU_SUPPORT_RELEASE_SMOKE",
    )
