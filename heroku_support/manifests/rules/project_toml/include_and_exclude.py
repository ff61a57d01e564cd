"""
project.toml has `include` and `exclude`.

The one names what is built, the other what is not: a descriptor has one of them (buildpacks/spec,
"Project Descriptor", 0.2).

Before, in `project.toml`:

    [_]
    schema-version = "0.2"

    [io.buildpacks]
    include = ["shop", "manage.py", "requirements.txt"]
    exclude = ["docs"]

After, in `project.toml`:

    [_]
    schema-version = "0.2"

    [io.buildpacks]
    exclude = ["docs"]
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project_toml import BUILDPACKS
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.toml_document import TomlDocument

rule = Rule(__name__, "error")


@rule.check
def check(document: TomlDocument) -> Iterator[Finding]:
    """
    Look for both.
    """
    table = document.table(*BUILDPACKS)
    if "include" in table and "exclude" in table:
        yield rule.finding(
            document.source,
            document.place(*BUILDPACKS, "include"),
            "'include' and 'exclude' are both there, and one is allowed",
            fix="Keep 'exclude', and remove 'include'.",
        )
