"""
The whole folder is copied into the image, with what is yours alone.

`COPY . .` takes `.env` and a SQLite database along, unless `.dockerignore` names them: they are in
the image, and in each registry that it is pushed to. `heroku container:push` builds from your folder,
not from what git has.

Before, in `Dockerfile`:

    FROM python:3.13-slim
    COPY . /app
    CMD gunicorn shop.wsgi

Before, in `.env`:

    DEBUG=1

After, in `Dockerfile`:

    FROM python:3.13-slim
    COPY . /app
    CMD gunicorn shop.wsgi

After, in `.env`:

    DEBUG=1

After, in `.dockerignore`:

    .env
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

PRIVATE = (".env", "db.sqlite3")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for such files beside a COPY of everything.
    """
    if not project.is_read_by("container") or project.only:
        return
    ignoring = [each for each in project.ignore_files if each.is_dockers]
    found = [
        name
        for name in PRIVATE
        if name in project.names and not any(file.drops(name) for file in ignoring)
    ]
    if not found:
        return
    for file in project.dockerfiles.values():
        for each in file.instructions:
            if {".", "./"} & set(each.copied):
                yield rule.finding(
                    file.source,
                    each.start,
                    f"This copies {' and '.join(found)} into the image",
                    fix=f"Write into .dockerignore: {' '.join(found)}",
                )
