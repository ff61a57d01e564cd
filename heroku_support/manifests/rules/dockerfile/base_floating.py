"""
The image does not say which version it is built on.

What `latest` is changes from one build to the next: one day it is a Python that a dependency does
not know.

Before, in `Dockerfile`:

    FROM python:latest
    CMD gunicorn shop.wsgi

After, in `Dockerfile`:

    FROM python:3.13-slim
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.dockerfile import Dockerfile
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(dockerfile: Dockerfile) -> Iterator[Finding]:
    """
    Look for images without a tag.
    """
    names = {stage.name for stage in dockerfile.stages if stage.name}
    for stage in dockerfile.stages:
        image = stage.image
        tag = image.rpartition("/")[2].partition(":")[2]
        is_own = image.lower() in names or image in ("", "scratch")
        if is_own or "$" in image or "@" in image or tag not in ("", "latest"):
            continue
        yield rule.finding(
            dockerfile.source,
            stage.instructions[0].find(image),
            f"{image} is another image with each build",
            fix="Name a version, as in: FROM python:3.13-slim",
        )
