"""
A package for Heroku is no longer maintained.

Its settings are those of the Django of its time, and it pins nothing that is newer.

Before, in `requirements.txt`:

    django-heroku==0.3.1

After, in `requirements.txt`:

    django-heroku-support
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for them by name.
    """
    known = facts("requirements").pairs("abandoned")
    for each in project.requirements:
        if each.name in known:
            yield rule.finding(
                each.source,
                each.start,
                f"{each.name} had its last release in {known[each.name]}",
                fix="Remove it, and use django-heroku-support.",
            )
