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
# They bring one without being called after it.
BRINGERS = frozenset({"fastapi", "channels", "flower"})


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
    is_exact = not found.requirements or len(found.versions) == len(found.requirements)
    for command in project.procfile.commands:
        for name, packages in PACKAGES.items():
            for call in command.calls(name):
                if not _is_brought(found.names, packages):
                    yield rule.finding(
                        command.source,
                        call.program.start,
                        f"'{name}' is run, and {project.lock} does not install it",
                        fix=f"Add {packages[0]} to {project.lock}.",
                        # What is not pinned may bring it along.
                        severity="error" if is_exact else "warning",
                    )


def _is_brought(names: frozenset[str], packages: tuple[str, ...]) -> bool:
    # django-celery-beat brings celery, uvicorn-worker uvicorn.
    return bool(names & BRINGERS) or any(
        package in name for name in names for package in packages
    )
