"""
`EXPOSE` has no effect on Heroku.

The router asks on `$PORT`, whatever the image exposes.

Before, in `Dockerfile`:

    FROM python:3.13-slim
    EXPOSE 8000
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

rule = Rule(__name__, "info")


@rule.check
def check(dockerfile: Dockerfile) -> Iterator[Finding]:
    """
    Look for EXPOSE.
    """
    for each in dockerfile.named("EXPOSE"):
        yield rule.finding(
            dockerfile.source,
            each.start,
            "Heroku passes over EXPOSE: the router asks on $PORT",
            fix="Remove it, or keep it for elsewhere.",
        )
