"""
A program is run that is not installed.

The dyno crashes with "command not found". Poetry and uv install the main dependencies only, not
those of a development group.

Before, in `Procfile`:

    web: gunicorn shop.wsgi

Before, in `requirements.txt`:

    Django==5.2.8

After, in `Procfile`:

    web: gunicorn shop.wsgi

After, in `requirements.txt`:

    Django==5.2.8
    gunicorn==27.0.1
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

# The package that brings each program; django-heroku-support brings gunicorn.
PACKAGES = {
    "gunicorn": ("gunicorn", "django-heroku-support"),
    "uvicorn": ("uvicorn",),
    "daphne": ("daphne",),
    "hypercorn": ("hypercorn",),
    "granian": ("granian",),
    "waitress-serve": ("waitress",),
    "celery": ("celery",),
    "honcho": ("honcho",),
}
# They are not asked for by name by those who use them: fastapi[standard] brings uvicorn.
BRINGERS = frozenset(
    {"fastapi", "uvicorn-worker", "channels", "django-channels", "flower", "celery"}
)


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare what the Procfile runs with what is installed.
    """
    found = project.dependencies
    if not found or not found.is_complete or not found.names or not project.procfile:
        return
    if not project.is_read_by("cedar", "fir"):
        return
    for command in project.procfile.commands:
        for name, packages in PACKAGES.items():
            for call in command.calls(name):
                if not found.names & {*packages, *(BRINGERS - {name})}:
                    yield rule.finding(
                        command.source,
                        call.program.start,
                        f"'{name}' is run, and {project.lock} does not install it",
                        fix=f"Add {packages[0]} to {project.lock}.",
                    )
