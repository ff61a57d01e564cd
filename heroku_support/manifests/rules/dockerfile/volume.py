"""
`VOLUME` is not supported.

A dyno's disk is its own, and gone with it (Dev Center, "Container Registry & Runtime": unsupported
Dockerfile commands).

Before, in `Dockerfile`:

    FROM python:3.13-slim
    VOLUME /app/media
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
    Look for VOLUME.
    """
    for each in dockerfile.named("VOLUME"):
        yield rule.finding(
            dockerfile.source,
            each.start,
            "Heroku has no volumes: what is written there is gone with the dyno",
            fix="Remove it, and put uploads into a bucket: heroku.storages()",
        )
