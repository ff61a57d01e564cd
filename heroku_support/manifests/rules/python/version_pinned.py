"""
The version is pinned to a patch release.

Each of them mends holes of the one before. With two numbers, every build takes the newest.

Before, in `.python-version`:

    3.13.1

After, in `.python-version`:

    3.13
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.python_version import series
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Count the numbers.
    """
    file = project.python_version
    version = file.version if file else None
    if file and version and len(version) == 3:
        line = file.lines[0]
        yield rule.finding(
            file.source,
            line.start,
            f"Python {line.text} gets no security fixes",
            fix=f"Write: {series(version)}",
            edits=[Edit(line.start, line.start + len(line.text), series(version))],
        )
