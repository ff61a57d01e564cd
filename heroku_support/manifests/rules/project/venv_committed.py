"""
A virtual environment is in the repository.

The Python buildpack ends the build for it (heroku-buildpack-python v351): its programs name the
paths of your machine.

    git rm -r --cached venv
    echo venv/ >> .gitignore
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

BUILT = ".heroku/python/"  # made by the buildpack, and by nothing else


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for one in git's index.
    """
    path = project.index.first(BUILT) if project.has_buildpacks else ""
    if path:
        yield rule.at(
            path,
            f"{BUILT} is in the repository, where the buildpack installs Python",
            fix=f"git rm -r --cached {BUILT} && echo {BUILT} >> .gitignore",
        )
    for folder in ("venv", ".venv"):
        if project.has_buildpacks and project.is_tracked(f"{folder}/pyvenv.cfg"):
            yield rule.at(
                f"{folder}/pyvenv.cfg",
                f"The virtual environment {folder} is in the repository: the build ends",
                fix=f"git rm -r --cached {folder} && echo {folder}/ >> .gitignore",
            )
