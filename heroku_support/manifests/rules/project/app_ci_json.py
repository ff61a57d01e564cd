"""
`app-ci.json` is no longer read.

What stood there belongs into `app.json`, under `environments.test`.

Before, in `app-ci.json`:

    {"scripts": {"test": "python manage.py test"}}

After, in `app.json`:

    {"environments": {"test": {"scripts": {"test": "python manage.py test"}}}}
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
    Look for the file.
    """
    if "app-ci.json" in project.names and project.only in (None, "app-ci.json"):
        yield rule.at(
            "app-ci.json",
            "Heroku CI reads app.json, and no longer app-ci.json",
            fix="heroku ci:migrate-manifest",
        )
