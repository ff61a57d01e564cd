"""
The image says that it runs as root.

Heroku runs it as a user of its own without rights (Dev Center, "Container Registry & Runtime"): what
is written where only root may write ends in "Permission denied".

Before, in `Dockerfile`:

    FROM python:3.13-slim
    USER root
    CMD gunicorn shop.wsgi

After, in `Dockerfile`:

    FROM python:3.13-slim
    RUN useradd --create-home app
    USER app
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.dockerfile import Dockerfile
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

ROOT = ("root", "0", "root:root", "0:0")


@rule.check
def check(dockerfile: Dockerfile) -> Iterator[Finding]:
    """
    Look at the last USER of the last stage.
    """
    last = dockerfile.stages[-1].instructions if dockerfile.stages else ()
    users = [each for each in last if each.name == "USER"]
    if users and users[-1].value in ROOT:
        yield rule.finding(
            dockerfile.source,
            users[-1].start,
            "Heroku does not run the image as root, whatever USER says",
            fix="Add a user, and name it here: RUN useradd --create-home app, USER app",
        )
