"""
app.json is not JSON.

No comments, no comma before a closing bracket, no single quotes. Heroku answers "The file does not
contain a valid JSON entity", without a line.

Before, in `app.json`:

    {
      "name": "shop",
      "stack": "heroku-24",
    }

After, in `app.json`:

    {
      "name": "shop",
      "stack": "heroku-24"
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Report what the reader had to read over.
    """
    yield from rule.reported(manifest.source, manifest.document.problems)
