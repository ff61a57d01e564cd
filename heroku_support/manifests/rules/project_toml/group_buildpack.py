"""
A buildpack of a group has neither `id` nor `uri`, or both.

One of them says which buildpack it is; `version` goes with `id` (buildpacks/spec, "Project
Descriptor", 0.2).

Before, in `project.toml`:

    [_]
    schema-version = "0.2"

    [[io.buildpacks.group]]
    name = "heroku/python"

After, in `project.toml`:

    [_]
    schema-version = "0.2"

    [[io.buildpacks.group]]
    id = "heroku/python"
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project_toml import GROUPS, at
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.toml_document import TomlDocument

rule = Rule(__name__, "error")


@rule.check
def check(document: TomlDocument) -> Iterator[Finding]:
    """
    Look at each entry of the groups.
    """
    for group in GROUPS:
        for path, table in at(document.tables, (*group, "*")):
            if not isinstance(table, dict) or "script" in table:
                continue
            if ("id" in table) is ("uri" in table):
                has = "both 'id' and 'uri'" if "id" in table else "no 'id' and no 'uri'"
                yield rule.finding(
                    document.source,
                    document.place(*path),
                    f"This buildpack has {has}",
                    fix='Write one of them: id = "heroku/python"',
                )
