"""
`target` names a stage that the Dockerfile does not have.

The build ends with an error.

Before, in `heroku.yml`:

    build:
      docker:
        web:
          dockerfile: Dockerfile
          target: production

Before, in `Dockerfile`:

    FROM python:3.13-slim AS app
    CMD gunicorn shop.wsgi

After, in `heroku.yml`:

    build:
      docker:
        web:
          dockerfile: Dockerfile
          target: app

After, in `Dockerfile`:

    FROM python:3.13-slim AS app
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare each target with the stages.
    """
    manifest = project.heroku_yml
    if not manifest or not project.is_read_by("container"):
        return
    for image in manifest.images.values():
        file = (
            project.dockerfiles.get(image.dockerfile.value)
            if image.dockerfile
            else None
        )
        if not file or not image.target:
            continue
        names = [stage.name for stage in file.stages if stage.name]
        if (
            image.target.value.lower() not in names
            and not image.target.value.isdecimal()
        ):
            yield rule.finding(
                manifest.source,
                image.target.start,
                f"{file.source.path} has no stage '{image.target.value}'",
                fix=f"Use one of: {', '.join(names)}." if names else "Remove 'target'.",
            )
