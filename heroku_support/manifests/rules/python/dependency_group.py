"""
A package that the app runs on is in a group that Heroku does not install.

The buildpack installs the main dependencies only (`uv sync --no-default-groups`, `poetry sync --only
main`, `pipenv install --deploy`): no development group, and no extra.

Before, in `pyproject.toml`:

    [project]
    name = "shop"
    version = "1"
    dependencies = ["django"]

    [dependency-groups]
    dev = ["gunicorn"]

Before, in `uv.lock`:

    version = 1

After, in `pyproject.toml`:

    [project]
    name = "shop"
    version = "1"
    dependencies = ["django", "gunicorn"]

After, in `uv.lock`:

    version = 1
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.declared import MAIN
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for what runs in production among the groups.
    """
    declared = project.declared
    if not declared or project.lock in (None, "requirements.txt"):
        return
    main = declared.names(main=True)
    if "django-heroku-support" in main:  # which brings them
        return
    for each in declared.wanted:
        is_run = each.name in facts("requirements").words("production")
        if each.group != MAIN and is_run and each.name not in main:
            yield rule.finding(
                declared.source,
                each.start,
                f"{each.name} is in '{each.group}', which Heroku does not install",
                fix="Put it among the main dependencies, and make the lock anew.",
            )
