"""
A key of a section stands at the left margin, beside the section.

The section is empty then, and Heroku calls the manifest invalid.

Before, in `heroku.yml`:

    build:
    docker:
      web: Dockerfile

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import indent, owner

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look for keys of a section beside it.
    """
    for entry in manifest.root.entries:
        section = owner(manifest, entry)
        if section:
            state = "empty" if manifest.root.get(section) else "missing"
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"'{entry.name}' belongs under '{section}', which is {state}",
                fix=f"Move it right by 2, with the lines under it, below '{section}:'.",
                edits=indent(manifest, entry, section),
            )
