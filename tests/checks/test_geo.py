"""
The check of GeoDjango; the silent cases first.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import models
from django.test.utils import isolate_apps

from heroku_support.checks import geo

POSTGRES = "django.db.backends.postgresql"
POSTGIS = "django.contrib.gis.db.backends.postgis"
Enter = Callable[..., None]


class PointField(models.Field):
    """
    Stands for GeoDjango's, whose module cannot be imported where GDAL is not installed.
    """


PointField.__module__ = "django.contrib.gis.db.models.fields"


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Run in a project whose one model has a point.
    """
    with isolate_apps("heroku_support") as project:
        meta = type("Meta", (), {"app_label": "heroku_support"})
        names = {"__module__": __name__, "Meta": meta, "point": PointField()}
        type("Place", (models.Model,), names)
    monkeypatch.setattr(geo, "apps", project)


def test_a_project_without_maps_is_fine(database: Enter):
    database(ENGINE=POSTGRES)

    assert geo.check_engine() == []


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    "engine", [POSTGIS, "shop.backends.postgis", "django.db.backends.dummy"]
)
def test_a_spatial_database_is_fine(database: Enter, engine: str):
    database(ENGINE=engine)

    assert geo.check_engine() == []


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("engine", [POSTGRES, "django.db.backends.sqlite3"])
def test_a_geometry_in_a_plain_database_is_an_error_everywhere(
    database: Enter, engine: str
):
    database(ENGINE=engine)

    assert geo.check_engine() == [geo.E015]
