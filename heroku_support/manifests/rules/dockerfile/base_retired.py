"""
The image is built on a stack that has ended.

It gets no security updates.

Before, in `Dockerfile`:

    FROM heroku/heroku:20
    CMD gunicorn shop.wsgi

After, in `Dockerfile`:

    FROM heroku/heroku:26
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.dockerfile import Dockerfile
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(dockerfile: Dockerfile) -> Iterator[Finding]:
    """
    Look at each FROM.
    """
    known = facts("images")
    for stage in dockerfile.stages:
        first = stage.instructions[0]
        if stage.image.removesuffix("-build") in known.words("retired"):
            yield rule.finding(
                dockerfile.source,
                first.find(stage.image),
                f"{stage.image} has ended ({known.as_of})",
                fix="Write: FROM heroku/heroku:26",
            )
