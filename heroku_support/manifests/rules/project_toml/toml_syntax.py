"""
project.toml is no TOML.

Nothing of it is read, and the build on Fir ends with an error.

Before, in `project.toml`:

    [_]
    schema-version = "0.2

After, in `project.toml`:

    [_]
    schema-version = "0.2"
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.toml_document import TomlDocument

rule = Rule(__name__, "error")


@rule.check
def check(document: TomlDocument) -> Iterator[Finding]:
    """
    Report where the reader stopped.
    """
    yield from rule.reported(document.source, document.problems)
