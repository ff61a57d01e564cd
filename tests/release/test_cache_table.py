"""
The tables of the database cache.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.test import override_settings

from heroku_support.release.cache_table import ensure_cache_tables
from tests.release.releases import make_release

pytestmark = pytest.mark.django_db

MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
DATABASE = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "a_cache",
}


class OwnCache(DatabaseCache):
    """
    A project's own.
    """


def configured(*entries: dict[str, Any]) -> override_settings:
    named = {f"number{number}": entry for number, entry in enumerate(entries)}
    return override_settings(CACHES={"default": MEMORY, **named})


@pytest.mark.parametrize(
    "entry", [MEMORY, {"BACKEND": "not_installed.cache.Cache"}], ids=["memory", "none"]
)
def test_without_a_database_cache_it_is_left_out(entry: dict[str, str]):
    with configured(entry):
        assert ensure_cache_tables(make_release()) == "skipped: no database cache"


def test_each_missing_table_is_made(capsys: pytest.CaptureFixture[str]):
    own = {"BACKEND": f"{__name__}.OwnCache", "LOCATION": "another"}
    with configured(DATABASE, own):
        made = ensure_cache_tables(make_release())
        caches["number1"].set("a", 1)

        assert (made, caches["number1"].get("a")) == ("2 made", 1)
    assert capsys.readouterr() == ("", "")


def test_a_table_that_is_there_is_left_with_what_it_holds():
    with configured(DATABASE):
        ensure_cache_tables(make_release())
        caches["number0"].set("a", 1)

        assert ensure_cache_tables(make_release()) == "exists"
        assert caches["number0"].get("a") == 1


class Nowhere:
    """
    A router that lets the cache into no database.
    """

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool:
        """
        Refuse.
        """
        return app_label != "django_cache"


@override_settings(DATABASE_ROUTERS=[f"{__name__}.Nowhere"])
def test_a_router_decides_where_it_goes():
    with configured(DATABASE):
        assert ensure_cache_tables(make_release()) == "exists"
