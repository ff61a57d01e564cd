"""
Settings that Django refuses are explained all the same.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from heroku_support.explain import explain
from tests.settings.places import LOCAL, heroku


@pytest.mark.parametrize("databases", [None, [], {"other": {}}, {"default": None}])
def test_databases_that_django_refuses_are_replaced_ones(databases):
    settings = heroku(LOCAL)
    settings.databases(default="sqlite:///db.sqlite3")

    found = explain(settings, SimpleNamespace(DATABASES=databases))

    assert found[0].decision.setting == "DATABASES"
    assert found[0].replaced
