"""
`HEALTHCHECK` has no effect on Heroku.

Nothing on a dyno runs it (Dev Center, "Container Registry & Runtime": unsupported Dockerfile
commands). A dyno that boots is taken for one that works.

Before, in `Dockerfile`:

    FROM python:3.13-slim
    HEALTHCHECK CMD curl --fail http://localhost:8000/
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
    Look for HEALTHCHECK.
    """
    for each in dockerfile.named("HEALTHCHECK"):
        if each.value.strip().upper() != "NONE":
            yield rule.finding(
                dockerfile.source,
                each.start,
                "Heroku passes over HEALTHCHECK: nothing runs it",
                fix="Remove it, or keep it for elsewhere.",
            )
