"""
Nothing migrates the database.

The release phase runs once for each deploy, before the new code is live. Without, the new code
meets the old tables until somebody remembers.

Before, in `Procfile`:

    web: gunicorn shop.wsgi

Before, in `manage.py`:

    # Django's

After, in `Procfile`:

    release: python manage.py migrate --no-input
    web: gunicorn shop.wsgi

After, in `manage.py`:

    # Django's
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for a release in a project of Django's.
    """
    if not project.is_whole or not project.has("manage.py"):
        return
    procfile, manifest = project.procfile, project.heroku_yml
    if (
        procfile
        and project.is_read_by("cedar", "fir")
        and "release" not in procfile.names
    ):
        yield rule.finding(
            procfile.source,
            0,
            "Nothing migrates the database: there is no 'release' process",
            fix="Add the line: release: python manage.py migrate --no-input",
        )
    if (
        manifest
        and project.is_read_by("container")
        and not manifest.root.get("release")
    ):
        yield rule.finding(
            manifest.source,
            0,
            "Nothing migrates the database: there is no 'release' section",
            fix="Add:\nrelease:\n  image: web\n  command:\n    - python manage.py migrate --no-input",
        )
