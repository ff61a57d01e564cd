"""
The formation leaves out a process.

What app.json does not scale is not started in a review app: tasks are queued, and no worker takes
them.

Before, in `app.json`:

    {
      "formation": {
        "web": {"quantity": 1}
      }
    }

Before, in `Procfile`:

    web: gunicorn shop.wsgi
    worker: celery -A shop worker

After, in `app.json`:

    {
      "formation": {
        "web": {"quantity": 1},
        "worker": {"quantity": 1}
      }
    }

After, in `Procfile`:

    web: gunicorn shop.wsgi
    worker: celery -A shop worker
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
    Look for web and worker in the app's own formation.
    """
    manifest, procfile = project.app_json, project.procfile
    formation = manifest.root.get("formation") if manifest else None
    if not manifest or not procfile or not formation:
        return
    for name in ("web", "worker"):
        if name in procfile.names and not manifest.root.get("formation", name):
            yield rule.finding(
                manifest.source,
                formation.key.start,
                f"The formation has no '{name}', which is in the Procfile",
                fix=f'Add: "{name}": {{"quantity": 1}}',
            )
