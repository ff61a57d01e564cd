"""
`.python-version` has no version, or several.

pyenv takes several, the buildpack does not: the build ends with an error.

Before, in `.python-version`:

    3.13
    3.12

After, in `.python-version`:

    3.13
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
    Count the lines.
    """
    file = project.python_version
    if not file or len(file.lines) == 1:
        return
    default = facts("python").word("default")
    if file.lines:
        message = f"{len(file.lines)} versions, and the buildpack takes one"
        fix = f"Keep one: {file.lines[0].text[:40]}"
        offset = file.lines[1].start
    else:
        message, fix, offset = "No version", f"Write: {default}", 0
    yield rule.finding(file.source, offset, message, fix=fix)
