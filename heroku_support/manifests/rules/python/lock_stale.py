"""
The lock file lacks a package that is asked for.

It was made before that line was written. The build compares the two (`uv sync --locked`, `poetry
sync`, `pipenv install --deploy`), and ends with an error.

Before, in `pyproject.toml`:

    [project]
    name = "shop"
    version = "1"
    dependencies = [
        "django",
        "gunicorn",
    ]

Before, in `uv.lock`:

    version = 1

    [[package]]
    name = "django"
    version = "5.2.8"

After, in `pyproject.toml`:

    [project]
    name = "shop"
    version = "1"
    dependencies = [
        "django",
        "gunicorn",
    ]

After, in `uv.lock`:

    version = 1

    [[package]]
    name = "django"
    version = "5.2.8"

    [[package]]
    name = "gunicorn"
    version = "23.0.0"
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.declared import MAIN
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

COMMANDS = {
    "uv.lock": "uv lock",
    "poetry.lock": "poetry lock",
    "Pipfile.lock": "pipenv lock",
}


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for each package in the lock.
    """
    command, declared = COMMANDS.get(project.lock or ""), project.declared
    found = project.dependencies if command else None
    if not command or not declared or not found or not found.names:
        return
    for each in declared.wanted:
        is_asked = each.group == MAIN and not each.is_conditional
        if is_asked and each.name not in found.names:
            yield rule.finding(
                declared.source,
                each.start,
                f"{project.lock} has no {each.name}: it was made before this line",
                fix=command,
            )
