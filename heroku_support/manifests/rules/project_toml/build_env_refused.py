"""
A variable of the build is one that the Python buildpack refuses.

It would send pip, Poetry or Python elsewhere than the buildpack looks: the build on Fir ends with
an error (heroku/buildpacks-python, `src/checks.rs`).

Before, in `project.toml`:

    [_]
    schema-version = "0.2"

    [[io.buildpacks.build.env]]
    name = "PYTHONHOME"
    value = "/app"

After, in `project.toml`:

    [_]
    schema-version = "0.2"
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project_toml import ENVIRONMENT, at
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.toml_document import TomlDocument

rule = Rule(__name__, "error")


@rule.check
def check(document: TomlDocument) -> Iterator[Finding]:
    """
    Look at the names.
    """
    known = facts("cnb")
    for path, name in at(document.tables, (*ENVIRONMENT, "*", "name")):
        if isinstance(name, str) and name in known.words("refused"):
            yield rule.finding(
                document.source,
                document.place(*path),
                f"The Python buildpack refuses {name} ({known.as_of})",
                fix="Remove it.",
            )
