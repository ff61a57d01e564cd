"""
A key stands twice in the same object.

What reads it keeps the last one and drops the first without a word.

Before, in `app.json`:

    {
      "name": "shop",
      "name": "store"
    }

After, in `app.json`:

    {
      "name": "store"
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import repeated
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look in every object.
    """
    for first, again in repeated(manifest.root):
        line = manifest.source.position(first.key.start).line
        message = f'"{again.name}" again: it hides line {line}'
        yield rule.finding(
            manifest.source, again.key.start, message, fix="Keep one of the two."
        )
