"""
The checks of what is mounted where; the silent cases first.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path, re_path

from heroku_support.checks import urls

OURS = include("heroku_support.urls")


def found(monkeypatch: pytest.MonkeyPatch, *patterns: Any) -> list[Any]:
    module = ModuleType("mounted_urls")
    vars(module)["urlpatterns"] = list(patterns)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with override_settings(ROOT_URLCONF=module.__name__):
        return list(urls.check_page())


def test_at_its_path_it_is_fine(monkeypatch: pytest.MonkeyPatch):
    assert found(monkeypatch, path("", OURS)) == []


def test_a_project_may_do_without_the_page(monkeypatch: pytest.MonkeyPatch):
    assert found(monkeypatch) == []


def test_a_urlconf_that_cannot_be_read_is_another_checks_matter():
    with override_settings(ROOT_URLCONF="no.such.module"):
        assert urls.check_page() == []


@pytest.mark.parametrize(
    "patterns",
    [
        [path("health/", OURS)],
        [re_path("", lambda request: HttpResponse()), path("", OURS)],
    ],
    ids=["below another path", "behind another page"],
)
def test_elsewhere_is_a_warning(monkeypatch: pytest.MonkeyPatch, patterns: list[Any]):
    assert found(monkeypatch, *patterns) == [urls.W023]
