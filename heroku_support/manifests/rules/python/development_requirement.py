"""
A tool of development is installed on every dyno.

It makes the slug larger and the build longer, and django-debug-toolbar shows settings to whoever
reaches it. On Heroku CI the buildpack installs requirements-test.txt as well.

Before, in `requirements.txt`:

    Django==5.2.8
    pytest==8.3.4

After, in `requirements.txt`:

    Django==5.2.8

After, in `requirements-test.txt`:

    pytest==8.3.4
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
    Look for tools in what is installed.
    """
    known = facts("requirements").words("development")
    for each in project.requirements:
        if each.name in known:
            yield rule.finding(
                each.source,
                each.start,
                f"{each.name} is for development, and is installed on every dyno",
                fix="Move it to requirements-test.txt, or a file that Heroku does not read.",
            )
