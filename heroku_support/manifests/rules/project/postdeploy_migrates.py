"""
Only `postdeploy` migrates the database.

It runs once, after the first deploy of an app. Later deploys change the code, and no table.

Before, in `app.json`:

    {"scripts": {"postdeploy": "python manage.py migrate"}}

Before, in `Procfile`:

    web: gunicorn shop.wsgi

After, in `app.json`:

    {"scripts": {"postdeploy": "python manage.py loaddata shop"}}

After, in `Procfile`:

    release: python manage.py migrate
    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import text
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for migrate in postdeploy, and a release beside it.
    """
    manifest, procfile = project.app_json, project.procfile
    script = manifest.root.get("scripts", "postdeploy") if manifest else None
    if not manifest or not script or not procfile or "release" in procfile.names:
        return
    if "migrate" in text(script.value).split():
        yield rule.finding(
            manifest.source,
            script.value.start,
            "'postdeploy' runs after the first deploy only: later ones do not migrate",
            fix="Add to the Procfile: release: python manage.py migrate --no-input",
        )
