"""
project.toml does not say that it is of schema 0.2.

Without `schema-version`, a reader takes it for schema 0.1, in which everything stands elsewhere:
`[io.buildpacks]` is passed over (buildpacks/spec, "Project Descriptor", 0.2).

Before, in `project.toml`:

    [io.buildpacks]
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
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.toml_document import TomlDocument

rule = Rule(__name__, "error")

VERSION = "0.2"


@rule.check
def check(document: TomlDocument) -> Iterator[Finding]:
    """
    Look for the version.
    """
    found = document.get("_", "schema-version")
    # To Heroku's own buildpacks, their tables alone are enough.
    is_needed = bool({"_", "io"} & set(document.tables))
    if not is_needed or found == VERSION:
        return
    if found is None:
        message = "No schema-version: [io.buildpacks] is passed over"
    else:
        message = f"schema-version is {str(found)[:40]!r}, and {VERSION!r} is read"
    yield rule.finding(
        document.source,
        document.place("_", "schema-version"),
        message,
        fix=f'Write:\n[_]\nschema-version = "{VERSION}"',
    )
