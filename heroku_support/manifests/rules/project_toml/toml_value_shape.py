"""
A value of project.toml has another shape than what reads it expects.

The build on Fir ends with an error.

Before, in `project.toml`:

    [_]
    schema-version = "0.2"

    [com.heroku.buildpacks.deb-packages]
    install = "gdal-bin"

After, in `project.toml`:

    [_]
    schema-version = "0.2"

    [com.heroku.buildpacks.deb-packages]
    install = ["gdal-bin"]
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project_toml import kind, misshapen
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.toml_document import TomlDocument

rule = Rule(__name__, "error")


@rule.check
def check(document: TomlDocument) -> Iterator[Finding]:
    """
    Compare the values with the schema.
    """
    for path, value, shape in misshapen(document):
        name = next(part for part in reversed(path) if isinstance(part, str))
        yield rule.finding(
            document.source,
            document.place(*path),
            f"'{name}' cannot be {_shown(value)}",
            fix=f"Write:\n{shape.example}",
        )


def _shown(value: object) -> str:
    if isinstance(value, list) and value:
        return f"{kind(value)} with {kind(value[0])} in it"
    return kind(value)
