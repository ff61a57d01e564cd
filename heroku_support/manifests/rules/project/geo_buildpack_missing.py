"""
GeoDjango is installed, and no buildpack brings its libraries.

Without GDAL and GEOS, Django does not start: "Could not find the GDAL library". The stacks have
neither (heroku/base-images).

Before, in `app.json`:

    {
      "buildpacks": [{"url": "heroku/python"}]
    }

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.gis"]

After, in `app.json`:

    {
      "buildpacks": [
        {"url": "https://github.com/heroku/heroku-geo-buildpack.git"},
        {"url": "heroku/python"}
      ]
    }

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.gis"]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

LIBRARY = re.compile(r"geo|gdal", re.IGNORECASE)


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look at the lists of buildpacks, and at what an Aptfile brings.
    """
    manifest, settings = project.app_json, project.settings
    if not manifest or not settings or not settings.app("django.contrib.gis"):
        return
    aptfile = project.aptfile
    is_apt = aptfile and any(LIBRARY.search(word.text) for word in aptfile.words)
    if is_apt or not project.is_read_by("cedar") or manifest.stack == "container":
        return
    for _, buildpacks in manifest.buildpacks():
        if buildpacks and not any(LIBRARY.search(url) for url, _ in buildpacks):
            yield rule.finding(
                manifest.source,
                buildpacks[0][1].start,
                "django.contrib.gis is installed, and no buildpack brings GDAL",
                fix=f'Add before heroku/python: {{"url": "{facts("buildpacks").word("geo")}"}}',
            )
