"""
Where a setting stands.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.test import override_settings

from heroku_support.connect.places import place, told
from heroku_support.manifests.live import Place

BASE = "A = 1\n"
LOCAL = "from shop.base import *\nif A:\n    B: int = 2\n\nB = 3\nB.c = 4\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    A project whose settings import others of their package.
    """
    for name, text in (("base", BASE), ("local", LOCAL)):
        path = tmp_path / "shop" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        module = ModuleType(f"shop.{name}")
        module.__file__ = str(path)
        monkeypatch.setitem(sys.modules, f"shop.{name}", module)
    monkeypatch.setattr("django.conf.settings.SETTINGS_MODULE", "shop.local")
    return tmp_path


def test_a_setting_stands_where_it_is_assigned_last(root: Path):
    assert place("B", root) == Place("shop/local.py", (5, 1))


def test_a_setting_may_stand_in_a_module_beside(root: Path):
    assert place("A", root) == Place("shop/base.py", (1, 1))


def test_of_one_that_is_assigned_nowhere_the_settings_are_told(root: Path):
    assert place("CELERY_BROKER_URL", root) == Place("shop/local.py")


def test_settings_without_a_package_are_found(root: Path, monkeypatch):
    monkeypatch.setattr("django.conf.settings.SETTINGS_MODULE", "alone")

    assert place("A", root) == Place("alone.py")


def test_settings_that_are_no_module_have_no_place(root: Path):
    with override_settings(A=1):
        assert place("A", root) == Place("manage.py")


def test_a_file_elsewhere_is_told_by_its_name(tmp_path: Path):
    assert told("/usr/lib/python3/shop/0001_initial.py", tmp_path) == "0001_initial.py"


def test_settings_that_import_another_projects_module_are_found(
    root: Path, monkeypatch: pytest.MonkeyPatch
):
    path = root / "config" / "settings.py"
    path.parent.mkdir()
    path.write_text("C = 1\n")
    module = ModuleType("config.settings")
    module.__file__ = str(path)
    monkeypatch.setitem(sys.modules, "config.settings", module)

    assert place("C", root) == Place("config/settings.py", (1, 1))
