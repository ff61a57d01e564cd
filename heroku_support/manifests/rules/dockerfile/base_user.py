"""
Packages are installed as a user who may not.

Since heroku-24 the images of Heroku run as `heroku`: `apt-get` is refused there without `USER root`
(heroku/base-images).

Before, in `Dockerfile`:

    FROM heroku/heroku:24
    RUN apt-get update && apt-get install --yes gdal-bin
    CMD gunicorn shop.wsgi

After, in `Dockerfile`:

    FROM heroku/heroku:24
    USER root
    RUN apt-get update && apt-get install --yes gdal-bin
    USER heroku
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.dockerfile import Dockerfile
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

HEROKU = re.compile(r"heroku/heroku:(\d+)(?:-cnb)?\Z")


@rule.check
def check(dockerfile: Dockerfile) -> Iterator[Finding]:
    """
    Look for apt before USER.
    """
    for stage in dockerfile.stages:
        match = HEROKU.match(stage.image)
        if not match or int(match[1]) < 24:
            continue
        for each in stage.instructions:
            if each.name == "USER":
                break
            if each.name == "RUN" and re.search(r"\bapt(-get)? ", each.value):
                yield rule.finding(
                    dockerfile.source,
                    each.start,
                    f"{stage.image} runs as 'heroku', who may not install packages",
                    fix="Write above it: USER root",
                )
