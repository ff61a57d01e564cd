"""
Nothing says which Python.

The buildpack then takes the newest for a new app, and keeps what an old one had. With uv.lock it
ends the build.

Before, in `requirements.txt`:

    Django==5.2.8

Before, in `manage.py`:

    # Django's

After, in `requirements.txt`:

    Django==5.2.8

After, in `manage.py`:

    # Django's

After, in `.python-version`:

    3.13
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for a file with a version.
    """
    places = {
        ".python-version",
        "runtime.txt",
        "Pipfile.lock",
        *facts("files").pairs("misspelt"),
    }
    if not project.is_whole or not project.has("manage.py") or places & project.names:
        return
    is_fatal = "uv.lock" in project.names
    yield rule.at(
        ".python-version",
        "There is no .python-version: uv needs one"
        if is_fatal
        else "There is no .python-version: Heroku decides which Python it is",
        fix=f"Write into .python-version: {facts('python').word('default')}",
        severity="error" if is_fatal else "warning",
    )
