"""
No image says what to run.

Without `run` in heroku.yml, the Dockerfile's `CMD` is what a dyno runs; without either there is
nothing.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

Before, in `Dockerfile`:

    FROM python:3.13-slim
    COPY . /app

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

After, in `Dockerfile`:

    FROM python:3.13-slim
    COPY . /app
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

# Whose images bring a CMD of no use here, and no other.
BARE = re.compile(r"(python|debian|ubuntu|alpine|heroku/heroku)(:|@|\Z)")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look into the last stage, where its image is known.
    """
    manifest = project.heroku_yml
    image = manifest.images.get("web") if manifest else None
    if not manifest or not image or manifest.root.get("run") or not image.dockerfile:
        return
    file = project.dockerfiles.get(image.dockerfile.value)
    if (
        not file
        or not file.stages
        or image.target
        or not project.is_read_by("container")
    ):
        return
    last = file.stages[-1]
    names = {each.name for each in last.instructions}
    if BARE.match(last.image) and not names & {"CMD", "ENTRYPOINT"}:
        yield rule.finding(
            file.source,
            last.instructions[0].start,
            "This image has no CMD, and heroku.yml no 'run'",
            fix="Add: CMD gunicorn PROJECT.wsgi",
        )
