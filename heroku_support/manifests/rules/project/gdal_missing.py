"""
GeoDjango is installed, and the image does not bring its libraries.

Without GDAL and GEOS, Django does not start: "Could not find the GDAL library". The images of
Python, Debian and Heroku have neither.

Before, in `Dockerfile`:

    FROM python:3.13-slim
    COPY . /app
    CMD gunicorn shop.wsgi

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.gis"]

After, in `Dockerfile`:

    FROM python:3.13-slim
    RUN apt-get update && apt-get install --yes gdal-bin
    COPY . /app
    CMD gunicorn shop.wsgi

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.gis"]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

BARE = re.compile(r"(python|debian|ubuntu|alpine|heroku/heroku)(:|\Z)")
# What may install it without naming it here.
LISTS = ("gdal", "geos", "Aptfile", "xargs", "packages.txt", "apt.txt")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for GDAL in Dockerfiles that begin with an image that is known.
    """
    settings = project.settings
    if not settings or not settings.app("django.contrib.gis"):
        return
    for file in project.dockerfiles.values() if project.is_read_by("container") else ():
        last = file.stages[-1] if file.stages else None
        if not last or not BARE.match(last.image):
            continue
        if not any(name in file.source.text for name in LISTS):
            yield rule.finding(
                file.source,
                last.instructions[0].find(last.image),
                f"django.contrib.gis is installed, and {last.image} has no GDAL",
                fix="Add: RUN apt-get update && apt-get install --yes gdal-bin",
            )
