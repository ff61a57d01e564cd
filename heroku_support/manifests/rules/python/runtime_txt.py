"""
`runtime.txt` says which Python.

It is deprecated, and wins over `.python-version`. With uv.lock, and on Fir, it ends the build; so does
a version that Heroku does not have.

Before, in `runtime.txt`:

    python-3.13.1

After, in `.python-version`:

    3.13
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.python_version import release, series
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the file.
    """
    runtime = project.runtime
    if not runtime:
        return
    known = facts("python")
    supported = known.words("supported")
    name = series(release(runtime.version)) if runtime.version else ""
    is_fatal = (
        name not in supported
        or "uv.lock" in project.names
        or project.target.name == "fir"
    )
    if not runtime.version:
        message = "runtime.txt holds no version of the form python-3.13"
    elif name not in supported:
        there = f"{supported[0]} to {supported[-1]}"
        message = f"Heroku has no Python {name}, but {there} ({known.as_of})"
    elif is_fatal:
        message = "runtime.txt ends the build here: only .python-version is read"
    elif ".python-version" in project.names:
        message = "runtime.txt is deprecated, and wins over .python-version"
    else:
        message = "runtime.txt is deprecated"
    version = name if name in supported else known.word("default")
    yield rule.finding(
        runtime.source,
        0,
        message,
        fix=f"git rm runtime.txt, and write into .python-version: {version}",
        severity="error" if is_fatal else "warning",
    )
