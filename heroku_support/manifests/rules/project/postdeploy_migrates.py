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
from heroku_support.manifests.procfile import Procfile
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for migrate in postdeploy, and for a release beside it.
    """
    manifest, procfile = project.app_json, project.procfile
    script = manifest.root.get("scripts", "postdeploy") if manifest else None
    if not manifest or not script or not procfile:
        return
    if "migrate" not in text(script.value).split():
        return
    has_release = "release" in procfile.names
    if has_release:
        message = "'release' runs before 'postdeploy', and migrates already"
        fix = "Remove migrate here."
    else:
        message = (
            "'postdeploy' runs after the first deploy only: later ones do not migrate"
        )
        fix = "Add to the Procfile: release: python manage.py migrate --no-input"
    if not has_release or _migrates(procfile):
        yield rule.finding(
            manifest.source,
            script.value.start,
            message,
            fix=fix,
            severity="info" if has_release else "warning",
        )


def _migrates(procfile: Procfile) -> bool:
    released = [each for each in procfile.commands if each.process == "release"]
    return any(True for each in released for _ in each.manage("migrate"))
