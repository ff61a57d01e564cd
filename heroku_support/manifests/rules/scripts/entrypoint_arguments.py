"""
The entrypoint does not run what it is given.

What `run` of heroku.yml says, and what `heroku run` is asked for, reaches an image with an
`ENTRYPOINT` as its arguments. A script that ends in `exec "$@"` runs them.

Before, in `Dockerfile`:

    FROM python:3.13-slim
    COPY . /app
    ENTRYPOINT ["/app/entrypoint.sh"]

Before, in `entrypoint.sh`:

    #!/bin/sh
    gunicorn shop.wsgi

After, in `Dockerfile`:

    FROM python:3.13-slim
    COPY . /app
    ENTRYPOINT ["/app/entrypoint.sh"]

After, in `entrypoint.sh`:

    #!/bin/sh
    exec "$@"
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.scripts import scripts, text

rule = Rule(__name__, "warning")

ARGUMENTS = re.compile(r"\$[@*1]|\$\{[@*1]")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for arguments in the script of an ENTRYPOINT.
    """
    entrypoints = {
        (file.source.path, each.start): each.end
        for file in project.dockerfiles.values()
        for each in file.instructions
        if each.name == "ENTRYPOINT"
    }
    for script in scripts(project):
        source = text(project, script.path) if script.is_there else None
        is_named = any(
            path == script.source.path and start <= script.word.start < end
            for (path, start), end in entrypoints.items()
        )
        if source and is_named and not ARGUMENTS.search(source.text):
            yield rule.finding(
                script.source,
                script.word.start,
                f"{script.path} passes over its arguments, and with them what 'run' says",
                fix='End the script in: exec "$@"',
            )
