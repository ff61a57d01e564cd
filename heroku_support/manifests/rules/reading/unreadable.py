"""
A file is there and cannot be read as a text.

It is a directory, a pipe, larger than 256 kB, a link out of the project, or no UTF-8. What the
doctor cannot read, Heroku cannot either, or reads something else than you see.

Before, in `Procfile`:

    ␞

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Say what hindered the reader.
    """
    for error in project.errors.values():
        yield rule.at(
            error.path,
            f"{error.path} {error.reason}",
            fix=error.fix,
            position=error.position,
        )
