"""
Nothing says what to run.

The Python buildpack has no default: without a Procfile there is no process type, and the app
answers every request with an error (H14).

Before, in `manage.py`:

    # Django's

Before, in `requirements.txt`:

    Django

After, in `manage.py`:

    # Django's

After, in `requirements.txt`:

    Django

After, in `Procfile`:

    release: python manage.py migrate
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
    Look for a Procfile, or what takes its place.
    """
    if not project.is_whole or not project.has("manage.py"):
        return
    is_container = project.target.name == "container"
    needed = ("heroku.yml", "Dockerfile") if is_container else ("Procfile",)
    misspelt = facts("files").pairs("misspelt")
    written = {misspelt.get(name, name) for name in project.names}
    if not written & set(needed):
        name = needed[0]
        example = (
            "build:\n  docker:\n    web: Dockerfile"
            if is_container
            else "web: gunicorn PROJECT.wsgi"
        )
        below = sorted(path for path in project.paths if path.endswith(f"/{name}"))
        where = f", but {below[0]}" if below else ""
        yield rule.at(
            name,
            f"There is no {name}{where}: nothing says what to run",
            fix=f"git mv {below[0]} {name}" if below else f"Write {name}:\n{example}",
        )
