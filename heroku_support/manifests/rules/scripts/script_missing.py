"""
A command runs a script of the project that is not there.

The release or the dyno ends with "No such file or directory". Scripts that buildpacks bring are not
missed: `bin/start-pgbouncer`, `bin/start-nginx`.

Before, in `Procfile`:

    release: ./release.sh
    web: gunicorn shop.wsgi

Before, in `manage.py`:

    # Django's

After, in `Procfile`:

    release: ./bin/release.sh
    web: gunicorn shop.wsgi

After, in `manage.py`:

    # Django's

After, in `bin/release.sh`:

    python manage.py migrate
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.scripts import scripts

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for each script of what a dyno without a container runs.
    """
    if not project.is_whole or not project.is_read_by("cedar", "fir"):
        return
    brought = facts("buildpacks").words("scripts")
    for script in scripts(project):
        if script.is_there or posixpath.normpath(script.path) in brought:
            continue
        if script.source.path in ("Procfile", "app.json"):
            yield rule.finding(
                script.source,
                script.word.start,
                f"There is no {script.path}",
                fix="Add it, or correct the path.",
            )
