r"""
GeoDjango is not told where its libraries are.

The geo buildpack installs GDAL and GEOS in a folder of the app, and says where in
`GDAL_LIBRARY_PATH` and `GEOS_LIBRARY_PATH`. These are config vars, and Django reads settings of
those names (heroku-geo-buildpack, README).

Before, in `app.json`:

    {"buildpacks": [{"url": "https://github.com/heroku/heroku-geo-buildpack.git"}, {"url": "heroku/python"}]}

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.gis"]

After, in `app.json`:

    {"buildpacks": [{"url": "https://github.com/heroku/heroku-geo-buildpack.git"}, {"url": "heroku/python"}]}

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    INSTALLED_APPS = ["django.contrib.gis"]
    GDAL_LIBRARY_PATH = os.environ.get("GDAL_LIBRARY_PATH")
    GEOS_LIBRARY_PATH = os.environ.get("GEOS_LIBRARY_PATH")
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

NAMES = ("GDAL_LIBRARY_PATH", "GEOS_LIBRARY_PATH")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the settings where the buildpack is listed.
    """
    settings, manifest = project.settings, project.app_json
    app = settings.app("django.contrib.gis") if settings else None
    if not settings or not app or not manifest or not project.is_read_by("cedar"):
        return
    urls = [url for _, packages in manifest.buildpacks() for url, _ in packages]
    is_geo = any("heroku-geo-buildpack" in url for url in urls)
    missing = [name for name in NAMES if settings.lacks(name)]
    if is_geo and missing:
        yield rule.finding(
            app.source,
            app.start,
            f"Django does not find its library: {missing[0]} is not set",
            fix="Write: globals().update(heroku.geo()); or: "
            + "; ".join(f'{name} = os.environ.get("{name}")' for name in missing),
        )
