"""
A file could not be examined, because the doctor lacks a package.

heroku.yml needs PyYAML, and a Dockerfile dockerfile-parse. Both come with the extra `doctor`.

Nothing in the file has to change.
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
    Say which file was left out.
    """
    for path, package in project.missing_extra.items():
        yield rule.at(
            path,
            f"{path} was not examined: {package} is not installed",
            fix="pip install 'django-heroku-support[doctor]'",
        )
