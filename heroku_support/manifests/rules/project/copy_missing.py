"""
A `COPY` takes a file that is not there.

The build ends with "not found". Heroku builds what was pushed, from the folder of the Dockerfile.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

Before, in `requirements.txt`:

    Django==5.2.8

Before, in `Dockerfile`:

    FROM python:3.13-slim
    COPY reqs.txt .
    CMD gunicorn shop.wsgi

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

After, in `requirements.txt`:

    Django==5.2.8

After, in `Dockerfile`:

    FROM python:3.13-slim
    COPY requirements.txt .
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

# What a lock is made of: no project that has one lacks it.
DECLARED = frozenset({"pyproject.toml", "Pipfile"})
PLAIN = re.compile(r"(?:\./)?[\w-][\w.-]*(?:/[\w.-]+)*/?\Z")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for each path that is written out, in a Dockerfile of the root that heroku.yml builds.
    """
    # A submodule is empty until somebody fetches it.
    is_built = (
        project.heroku_yml and project.is_whole and project.is_read_by("container")
    )
    file = project.dockerfiles.get("Dockerfile") if is_built else None
    if not file or project.has(".gitmodules"):
        return
    for instruction in file.named("COPY"):
        for written in instruction.copied:
            path = written.rstrip("/")
            is_named = PLAIN.match(path) and not (project.lock and path in DECLARED)
            if not is_named or project.has(path) or project.is_folder(path):
                continue
            close = difflib.get_close_matches(path, sorted(project.names), n=1)
            yield rule.finding(
                file.source,
                instruction.find(written),
                f"There is no {written}",
                fix=f"Write: {close[0]}" if close else "Add it, or correct the path.",
            )
