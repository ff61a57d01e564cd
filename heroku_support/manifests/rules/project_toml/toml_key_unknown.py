"""
project.toml has a key that nothing reads.

It is passed over without a word. `[project]` and `[build]` are of schema 0.1; of the tables of
other vendors, such as `[com.example]`, nothing is said.

Before, in `project.toml`:

    [_]
    schema-version = "0.2"

    [io.buildpacks]
    excludes = ["docs"]

After, in `project.toml`:

    [_]
    schema-version = "0.2"

    [io.buildpacks]
    exclude = ["docs"]
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project_toml import unknown
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.toml_document import TomlDocument

rule = Rule(__name__, "warning")

OLD = {
    "project": "[_]",
    "build": "[io.buildpacks]",
    "buildpacks": "[io.buildpacks]",
}


@rule.check
def check(document: TomlDocument) -> Iterator[Finding]:
    """
    Compare the keys with those of the schema.
    """
    for name, table in OLD.items():
        if name in document.tables:
            yield rule.finding(
                document.source,
                document.place(name),
                f"[{name}] is not of schema 0.2, and is not read",
                fix=f"Put what it holds under {table}.",
            )
    for path, name, keys in unknown(document):
        close = get_close_matches(name, keys, n=1)
        yield rule.finding(
            document.source,
            document.place(*path, name),
            f"Nothing reads '{name}'",
            fix=f"Write: {close[0]}" if close else f"There are: {', '.join(keys)}.",
        )
