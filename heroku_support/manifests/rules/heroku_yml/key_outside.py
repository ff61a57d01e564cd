"""
A key of a section stands at the left margin, beside the section.

The section lacks it then, and is empty perhaps; Heroku calls the manifest invalid.

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
from heroku_support.manifests.heroku_yml_shape import SECTIONS
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
            found = manifest.root.get(section)
            is_inner = section not in SECTIONS
            is_there = is_inner or (found and found.value.type != "null")
            state = (
                "above"
                if is_there
                else "which is empty"
                if found
                else "which is missing"
            )
            by = "" if is_inner else " by 2"
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"'{entry.name}' belongs under '{section}', {state}",
                fix=f"Move it right{by}, with the lines under it, below '{section}:'.",
                edits=indent(manifest, entry, section),
            )
