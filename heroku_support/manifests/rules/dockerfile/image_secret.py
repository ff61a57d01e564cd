"""
A secret stands in the Dockerfile.

It is in every image, and in the history of the repository.

Before, in `Dockerfile`:

    FROM python:3.13-slim
    ENV SECRET_KEY=9d2f7c1ab84e60359d2f7c1ab84e6035
    CMD gunicorn shop.wsgi

After, in `Dockerfile`:

    FROM python:3.13-slim
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.dockerfile import Dockerfile, assigned
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.secrecy import is_secret

rule = Rule(__name__, "warning")


@rule.check
def check(dockerfile: Dockerfile) -> Iterator[Finding]:
    """
    Look at ENV and ARG.
    """
    for each in dockerfile.named("ENV", "ARG"):
        for name, value in assigned(each).items():
            if is_secret(name, value):
                yield rule.finding(
                    dockerfile.source,
                    each.find(name),
                    f"{name} is a secret, and in every image",
                    fix=f"Remove it, make a new one, and run: heroku config:set {name}=…",
                )
