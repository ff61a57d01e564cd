"""
This Celery cannot be installed by a new pip.

The metadata of releases before 5.2.1 is malformed, and pip refuses it since 24.1. The buildpack has
a message of its own for it.

Before, in `requirements.txt`:

    celery==5.0.5

After, in `requirements.txt`:

    celery==5.5.3
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
    Look at the pinned version.
    """
    for each in project.requirements:
        version = each.version
        if each.name == "celery" and version and (5, 0) <= version < (5, 2, 1):
            yield rule.finding(
                each.source,
                each.start,
                "pip refuses the metadata of Celery before 5.2.1",
                fix="Write: celery>=5.2.1",
            )
