r"""
A model has a geometry, and the database is no spatial one.

dj-database-url gives a `postgres://` URL, which is what Heroku sets, Django's plain backend. It has
no column type for a geometry (Django docs, "GeoDjango Database API"): the migration fails.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import dj_database_url

    INSTALLED_APPS = ["places"]
    DATABASES = {"default": dj_database_url.config(conn_health_checks=True)}

Before, in `places/models.py`:

    from django.contrib.gis.db import models


    class Place(models.Model):
        position = models.PointField()

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import dj_database_url

    INSTALLED_APPS = ["places"]
    DATABASES = {
        "default": dj_database_url.config(
            conn_health_checks=True, engine="django.contrib.gis.db.backends.postgis"
        )
    }

After, in `places/models.py`:

    from django.contrib.gis.db import models


    class Place(models.Model):
        position = models.PointField()
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.database_entry import databases
from heroku_support.manifests.django_models import model_files
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

GEOMETRY = "django.contrib.gis.db"
SPATIAL = "django.contrib.gis.db.backends.postgis"
PLAIN = tuple(
    f"django.db.backends.{name}"
    for name in ("postgresql", "sqlite3", "mysql", "oracle")
)


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for GeoDjango's models beside a plain backend.
    """
    settings = project.settings
    found = (
        [each for each in databases(settings) if each.alias == "default"]
        if settings
        else []
    )
    if not settings or not found or found[0].constant("ENGINE") not in PLAIN:
        return
    if any(GEOMETRY in each.text for each in model_files(project, settings)):
        place = found[0].get("ENGINE") or found[0].value
        yield rule.finding(
            place.source,
            place.start,
            "A model has a geometry, and the database's backend has no column for it",
            fix=f'Write: DATABASES = heroku.databases(engine="{SPATIAL}"); dj_database_url:'
            f' engine="{SPATIAL}"',
        )
