"""
A dyno size is no longer sold.

Free and hobby dynos ended on 28 November 2022: an app that asks for one is not set up.

Before, in `app.json`:

    {
      "formation": {
        "web": {"quantity": 1, "size": "hobby"}
      }
    }

After, in `app.json`:

    {
      "formation": {
        "web": {"quantity": 1, "size": "basic"}
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.nodes import mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Compare each size with those that ended.
    """
    known = facts("sizes")
    retired = known.pairs("retired")
    for _, entry in manifest.entries("formation"):
        size = mapping(entry.value).get("size")
        name = text(size.value).lower() if size else ""
        if size and name in retired:
            yield rule.finding(
                manifest.source,
                size.value.start,
                f"The size {name} is no longer available ({known.as_of})",
                fix=f'Write: "size": "{retired[name]}"',
                edits=[Edit(size.value.start, size.value.end, f'"{retired[name]}"')],
            )
