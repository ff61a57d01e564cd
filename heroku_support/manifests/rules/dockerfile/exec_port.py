"""
`CMD ["…", "$PORT"]` is not read by a shell.

Nothing puts the port in its place: the program is handed the five characters. The form without
brackets is read by a shell. gunicorn takes `PORT` from the environment by itself.

Before, in `Dockerfile`:

    FROM python:3.13-slim
    CMD ["uvicorn", "shop.asgi:application", "--port", "$PORT"]

After, in `Dockerfile`:

    FROM python:3.13-slim
    CMD uvicorn shop.asgi:application --port $PORT
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.dockerfile import Dockerfile
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

SHELLS = ("sh", "bash", "/bin/sh", "/bin/bash")


@rule.check
def check(dockerfile: Dockerfile) -> Iterator[Finding]:
    """
    Look at CMD and ENTRYPOINT in brackets.
    """
    for each in dockerfile.named("CMD", "ENTRYPOINT"):
        words = each.exec_form
        if not words or words[0] in SHELLS:
            continue
        for word in words:
            if "$PORT" in word or "${PORT" in word:
                yield rule.finding(
                    dockerfile.source,
                    each.find(word),
                    "No shell reads this form: $PORT stays as it is",
                    fix=f"Write: {each.name} {' '.join(words)}",
                )
