"""
`.python-version` has a line that is no version.

The buildpack takes two or three numbers, and nothing beside them: no quotes, no `python-`, no
star, no comment behind it. The build ends with an error (heroku-buildpack-python v351).

Before, in `.python-version`:

    python-3.13

After, in `.python-version`:

    3.13
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.python_version import VERSION
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

LONGEST = 100  # characters that are looked at
NUMBERS = re.compile(r"(\d+\.\d+)(\.\d+)?")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look at each line.
    """
    file = project.python_version
    if not file:
        return
    for line in file.lines:
        if VERSION.match(line.text):
            continue
        match = NUMBERS.search(line.text[:LONGEST])
        version = match.group() if match else facts("python").word("default")
        offset = next(
            (
                index
                for index, each in enumerate(line.text)
                if each not in "0123456789."
            ),
            0,
        )
        edits = (
            [Edit(line.start, line.start + len(line.text), version)] if match else []
        )
        yield rule.finding(
            file.source,
            line.start + offset,
            f"'{line.text[:40]}' is not a version: two or three numbers, and nothing else",
            fix=f"Write: {version}",
            edits=edits,
        )
