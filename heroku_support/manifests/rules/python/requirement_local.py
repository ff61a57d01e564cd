"""
A requirement is a file on your machine.

`pip freeze` in an environment of Conda writes such lines. On Heroku there is no such file, and the
build ends with an error.

Before, in `requirements.txt`:

    Django @ file:///tmp/build/django_1699

After, in `requirements.txt`:

    Django==5.2.8
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for files in the place of versions.
    """
    for each in project.requirements:
        if re.match(r"@\s*file:", each.specifier):
            yield rule.finding(
                each.source,
                each.start,
                f"{each.name} comes from a file that Heroku does not have",
                fix=f"Write the version: {each.name}==…, as by: pip list --format=freeze",
            )
