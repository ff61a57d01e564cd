"""
A folder in `exclude` ends in a slash.

`pack` leaves out nothing then (buildpacks/pack#2402): the folder goes into the image.

Before, in `project.toml`:

    [_]
    schema-version = "0.2"

    [io.buildpacks]
    exclude = ["docs/"]

After, in `project.toml`:

    [_]
    schema-version = "0.2"

    [io.buildpacks]
    exclude = ["docs"]
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.project_toml import BUILDPACKS
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.toml_document import TomlDocument

rule = Rule(__name__, "warning")


@rule.check
def check(document: TomlDocument) -> Iterator[Finding]:
    """
    Look at the end of each pattern.
    """
    patterns = document.get(*BUILDPACKS, "exclude")
    for each in patterns if isinstance(patterns, list) else ():
        if isinstance(each, str) and each.endswith("/") and each.strip("/"):
            start = document.quoted(each, *BUILDPACKS, "exclude")
            end = start + len(each) + 1
            yield rule.finding(
                document.source,
                start,
                f"'{each}' leaves out nothing: the slash is one too many",
                fix=f"Write: {each.rstrip('/')}",
                edits=[Edit(start + len(each.rstrip("/")) + 1, end, "")],
            )
