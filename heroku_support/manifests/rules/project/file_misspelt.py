"""
A file has almost the name that Heroku looks for.

Names are compared letter by letter, on Linux: what is called otherwise is not there. For several
misspelt names the Python buildpack ends the build.

Before, in `procfile`:

    web: gunicorn shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the known misspellings in the root.
    """
    if project.only:
        return
    for wrong, right in facts("files").pairs("misspelt").items():
        if wrong in project.names and right not in project.names:
            yield rule.at(
                wrong,
                f"Heroku looks for {right}, and not for {wrong}",
                fix=f"git mv '{wrong}' {right}",
            )
