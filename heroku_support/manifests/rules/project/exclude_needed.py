"""
`exclude` in project.toml leaves out a file without which the app does not build or run.

The builder never sees it.

Before, in `project.toml`:

    [_]
    schema-version = "0.2"

    [io.buildpacks]
    exclude = ["*.txt"]

Before, in `requirements.txt`:

    Django==5.2.8

After, in `project.toml`:

    [_]
    schema-version = "0.2"

    [io.buildpacks]
    exclude = ["docs"]

After, in `requirements.txt`:

    Django==5.2.8
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.ignoring import IgnoreFile
from heroku_support.manifests.needs import needs
from heroku_support.manifests.project import Project
from heroku_support.manifests.project_toml import BUILDPACKS
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.source import Source

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Hold each pattern against what is needed.
    """
    document = project.project_toml if project.is_read_by("fir") else None
    patterns = document.get(*BUILDPACKS, "exclude") if document else None
    if not document or not isinstance(patterns, list):
        return
    for each in patterns:
        if not isinstance(each, str) or each.endswith("/"):
            continue
        file = IgnoreFile(Source("project.toml", each))
        for need in needs(project, file.name):
            if file.drops(need.path):
                yield rule.finding(
                    document.source,
                    document.quoted(each, *BUILDPACKS, "exclude"),
                    f"'{each[:40]}' leaves out {need.path}: {need.why}",
                    fix="Name what is to be left out more exactly.",
                    severity="error" if need.is_certain else "warning",
                )
                break
