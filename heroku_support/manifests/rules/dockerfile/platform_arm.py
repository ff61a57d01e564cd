"""
The image is built for ARM.

The dynos of Cedar have amd64: "exec format error". On an Apple computer, `heroku container:push`
asks for amd64 by itself, and a platform in the Dockerfile overrides that.

Before, in `Dockerfile`:

    FROM --platform=linux/arm64 python:3.13-slim
    CMD gunicorn shop.wsgi

After, in `Dockerfile`:

    FROM python:3.13-slim
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.dockerfile import Dockerfile
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

ARM = re.compile(r"arm(64|32)v\d/|.*[:-](arm64|aarch64)(v8)?\b", re.ASCII)


@rule.check
def check(dockerfile: Dockerfile) -> Iterator[Finding]:
    """
    Look at the platform, and at the image.
    """
    for stage in dockerfile.stages[-1:]:
        first = stage.instructions[0]
        words = [word for word in first.value.split() if word.startswith("--platform=")]
        platform = words[0] if words else ""
        if "arm" in platform or ARM.match(stage.image):
            yield rule.finding(
                dockerfile.source,
                first.find(platform or stage.image),
                "The dynos that run containers have amd64, and this is for ARM",
                fix="Remove the platform, and build with: --platform linux/amd64",
            )
