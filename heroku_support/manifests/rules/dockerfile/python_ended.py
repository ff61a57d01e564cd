"""
The image's Python has ended, or ends soon.

It gets no security fixes (Python Developer's Guide, "Status of Python versions"), and what is new of
Django and its packages does not run on it.

Before, in `Dockerfile`:

    FROM python:3.8-slim
    CMD gunicorn shop.wsgi

After, in `Dockerfile`:

    FROM python:3.13-slim
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.dockerfile import Dockerfile
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(dockerfile: Dockerfile) -> Iterator[Finding]:
    """
    Look at the version in the tags of Python's images.
    """
    known = facts("python_ends")
    for stage in dockerfile.stages:
        found = stage.python
        name = ".".join(map(str, found[:2])) if found else ""
        if found and (found < (3,) or name in known.pairs("ended")):
            ended = known.pairs("ended").get(name, "long ago")
            yield rule.finding(
                dockerfile.source,
                stage.instructions[0].find(stage.image),
                f"Python {name} ended: {ended} ({known.as_of})",
                fix=f"Write: FROM python:{facts('python').word('default')}-slim",
            )
