"""
This Django does not support this Python.

It may install, and fails where the two do not fit: each release of Django names the versions that it
was tested with (its documentation, "What Python version can I use with Django?").

Before, in `.python-version`:

    3.14

Before, in `requirements.txt`:

    Django==4.2.16

After, in `.python-version`:

    3.12

After, in `requirements.txt`:

    Django==4.2.16
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
    Look up the versions that the Django supports.
    """
    file, found = project.python_version, project.dependencies
    version = file.version if file else None
    django = found.versions.get("django", ()) if found else ()
    if not file or version is None or len(version) < 2 or len(django) < 2:
        return
    known = facts("django")
    span = known.pairs("pythons").get(series(django), "").split()
    name = series(version)
    if not span:
        return
    oldest, newest = (release(each) for each in span)
    if not oldest <= version[:2] <= newest:
        yield rule.finding(
            file.source,
            file.lines[0].start,
            f"Django {series(django)} supports Python {series(oldest)} to {series(newest)}, "
            f"not {name} ({known.as_of})",
            fix=f"Write: {series(newest)}, or take a Django that supports {name}.",
        )
