"""
The buildpack does not have this Python.

The build ends with an error. One that will soon be gone is a warning.

Before, in `.python-version`:

    3.8

After, in `.python-version`:

    3.13
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.python_version import series
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare the version with those that there are.
    """
    file = project.python_version
    version = file.version if file else None
    if not file or version is None:
        return
    known = facts("python")
    supported, deprecated = known.words("supported"), known.pairs("deprecated")
    name = series(version)
    if name not in supported:
        message = f"Heroku has no Python {name}, but {supported[0]} to {supported[-1]}"
    elif name in deprecated:
        message = f"Heroku has Python {name} until {deprecated[name]}"
    else:
        return
    yield rule.finding(
        file.source,
        file.lines[0].start,
        f"{message} ({known.as_of})",
        fix=f"Write: {known.word('default')}",
        severity="error" if name not in supported else "warning",
    )
