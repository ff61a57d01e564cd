"""
An argument of the build is never read.

What `build.config` sets reaches a Dockerfile by `ARG`, and by nothing else. A secret is not to: it
would stand in the image's history.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
      config:
        NODE_ENV: production

Before, in `Dockerfile`:

    FROM python:3.13-slim
    CMD gunicorn shop.wsgi

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
      config:
        NODE_ENV: production

After, in `Dockerfile`:

    FROM python:3.13-slim
    ARG NODE_ENV
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import text
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.secrecy import is_secret
from heroku_support.redaction import is_secret_name

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare build.config with the ARGs.
    """
    manifest, files = project.heroku_yml, project.dockerfiles
    if not manifest or not files or not project.is_read_by("container"):
        return
    known = {name for file in files.values() for name in file.arguments}
    for entry in manifest.section("build", "config").entries:
        is_said = is_secret(entry.name, text(entry.value))  # by build-secret
        if entry.name not in known and not is_said:
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"No Dockerfile has ARG {entry.name}: the value is never read",
                fix=f"Remove it, and run: heroku config:set {entry.name}=…"
                if is_secret_name(entry.name)
                else f"Add to the Dockerfile: ARG {entry.name}",
                severity="warning",
            )
