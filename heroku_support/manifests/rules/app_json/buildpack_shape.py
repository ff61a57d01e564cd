"""
A buildpack is not an object with a `url`.

Heroku refuses the file for it.

Before, in `app.json`:

    {
      "buildpacks": [
        "heroku/python"
      ]
    }

After, in `app.json`:

    {
      "buildpacks": [
        {"url": "heroku/python"}
      ]
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.nodes import items, mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at each item of buildpacks.
    """
    for _, entry in manifest.sections("buildpacks"):
        for item in items(entry.value):
            url = mapping(item).get("url")
            if url and text(url.value):
                continue
            name = text(item)
            edits = [Edit(item.start, item.end, f'{{"url": "{name}"}}')] if name else []
            yield rule.finding(
                manifest.source,
                item.start,
                'A buildpack without "url"',
                fix=f'Write: {{"url": "{name or "heroku/python"}"}}',
                edits=edits if '"' not in name else [],
            )
