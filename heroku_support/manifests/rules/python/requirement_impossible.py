"""
A requirement cannot be installed on Heroku.

The build ends with an error.

Before, in `requirements.txt`:

    pkg-resources==0.0.0

After, in `requirements.txt`:

    Django==5.2.8
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
    Look for the packages that are known for it.
    """
    known = facts("requirements").pairs("impossible")
    for each in project.requirements:
        # Behind a semicolon stands for which system it is.
        if each.name in known and ";" not in each.line:
            yield rule.finding(
                each.source,
                each.start,
                f"{each.name} cannot be installed: it is {known[each.name]}",
                fix="Remove the line.",
            )
