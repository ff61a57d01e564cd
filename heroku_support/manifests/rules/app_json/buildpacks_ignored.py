"""
The stack is `container`, and there are buildpacks.

An app on the container stack is built from its Dockerfile: buildpacks do nothing.

Before, in `app.json`:

    {
      "stack": "container",
      "buildpacks": [{"url": "heroku/python"}]
    }

After, in `app.json`:

    {
      "stack": "container"
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import items
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look for buildpacks beside the container stack.
    """
    buildpacks = manifest.root.get("buildpacks")
    if manifest.stack == "container" and buildpacks and items(buildpacks.value):
        yield rule.finding(
            manifest.source,
            buildpacks.key.start,
            "Buildpacks do nothing on the container stack",
            fix="Remove them.",
        )
