"""
The Dockerfile that heroku.yml names is not there.

The build ends with an error. The path is from the root of the repository, in upper and lower case,
and ends in the file: a folder is none.

Before, in `heroku.yml`:

    build:
      docker:
        web: docker/Dockerfile

Before, in `Dockerfile`:

    FROM python:3.13-slim
    CMD gunicorn shop.wsgi

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

After, in `Dockerfile`:

    FROM python:3.13-slim
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for each path, where there is a project around it.
    """
    manifest = project.heroku_yml
    is_here = project.is_whole or "Dockerfile" in project.names
    if not manifest or not is_here or not project.is_read_by("container"):
        return
    for image in manifest.images.values():
        path = image.dockerfile
        if path and "://" not in path.value and not project.has(path.value.lstrip("/")):
            written = path.value.lstrip("/")
            is_folder = project.is_folder(written)
            inside = posixpath.normpath(f"{written}/Dockerfile")
            other = next(filter(project.has, (inside, "Dockerfile")), "")
            yield rule.finding(
                manifest.source,
                path.start,
                f"'{path.value}' is a folder, and not a Dockerfile"
                if is_folder
                else f"There is no {path.value}",
                fix=f"Write: {image.entry.name}: {other}"
                if other
                else "Add it, or correct the path.",
            )
