"""
The checks of MIDDLEWARE; the silent cases first.
"""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import override_settings

from heroku_support.checks import middleware


def test_the_middleware_that_the_helper_built_is_fine():
    assert middleware.check_first() == []


@pytest.mark.parametrize("first", [0, 1])
def test_another_middleware_in_front_is_a_warning(first: int):
    others = settings.MIDDLEWARE[1:]
    order = others + settings.MIDDLEWARE[:1] if first else others
    with override_settings(MIDDLEWARE=order):
        assert middleware.check_first() == [middleware.W003]


@pytest.mark.parametrize("nonsense", [None, 7, "text"])
def test_nonsense_is_no_middleware(nonsense: object):
    with override_settings(MIDDLEWARE=nonsense):
        assert middleware.check_first() == [middleware.W003]
