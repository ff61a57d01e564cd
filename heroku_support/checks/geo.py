"""
Checks of GeoDjango.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core import checks

from heroku_support.checks.reading import databases, text

E015 = checks.Error(
    "A model has a geometry, and no database in DATABASES is a spatial one.",
    hint="DATABASES = heroku.databases("
    'engine="django.contrib.gis.db.backends.postgis")',
    id="heroku_support.E015",
)

# Others than Django's plain ones may be anybody's spatial backend, or the dummy of a build.
PLAIN = tuple(
    f"django.db.backends.{name}"
    for name in ("postgresql", "sqlite3", "mysql", "oracle")
)
FIELDS = "django.contrib.gis.db.models."


def check_engine(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    dj-database-url gives a ``postgres://`` URL Django's plain backend, which has no column
    type for a geometry (Django docs, "GeoDjango Database API").
    """
    engines = [text(entry.get("ENGINE")) for entry in databases().values()]
    plain = bool(engines) and all(engine in PLAIN for engine in engines)
    return [E015] if plain and _has_geometry() else []


def _has_geometry() -> bool:
    # By name: the fields' own module loads GDAL.
    return any(
        base.__module__.startswith(FIELDS)
        for model in apps.get_models()
        for field in model._meta.local_fields
        for base in type(field).__mro__
    )
