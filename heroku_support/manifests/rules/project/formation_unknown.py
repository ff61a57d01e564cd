"""
The formation names a process that there is not.

Heroku cannot scale what it does not know: the set-up of the app ends with "Couldn't find that
process type".

Before, in `app.json`:

    {
      "formation": {
        "clock": {"quantity": 1}
      }
    }

Before, in `Procfile`:

    web: gunicorn shop.wsgi
    beat: celery -A shop beat

After, in `app.json`:

    {
      "formation": {
        "beat": {"quantity": 1}
      }
    }

After, in `Procfile`:

    web: gunicorn shop.wsgi
    beat: celery -A shop beat
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
    Compare app.json with what says which processes there are.
    """
    manifest = project.app_json
    if not manifest:
        return
    names: set[str] = set()
    if project.procfile:
        names |= {name.replace("_", "-") for name in project.procfile.names}
        names |= project.procfile.names
    if project.heroku_yml:
        names |= {
            *project.heroku_yml.images,
            *project.heroku_yml.section("run").names(),
        }
    for _, entry in manifest.entries("formation"):
        if names and entry.name not in names:
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"There is no process '{entry.name}': there are {', '.join(sorted(names))}",
                fix=f"Write the name of one of them, or add: {entry.name}: …",
            )
