"""
The requirements name no versions, and there is no lock file.

Each build takes what is newest: an app that is deployed again without a change is another one, and
one day does not start.

Before, in `requirements.txt`:

    Django
    gunicorn

After, in `requirements.txt`:

    Django==5.2.8
    gunicorn==23.0.0
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

CONSTRAINTS = re.compile(r"^\s*(-c|--constraint)[\s=]", re.MULTILINE)


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Count the requirements without any version: most of them, and it is meant.
    """
    requirements = project.requirements
    free = [each for each in requirements if not each.specifier.strip()]
    if not free or 2 * len(free) <= len(requirements):
        return
    if any(CONSTRAINTS.search(each.source.text) for each in free[:1]):
        return
    yield rule.finding(
        free[0].source,
        free[0].start,
        f"{len(free)} of {len(requirements)} requirements name no version",
        fix="pip freeze > requirements.txt, or use uv or Poetry, which lock them.",
    )
