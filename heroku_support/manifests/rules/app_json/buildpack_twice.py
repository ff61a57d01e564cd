"""
The Python buildpack stands there twice.

It finds the Python that it has installed already, and ends the build (heroku-buildpack-python
v351).

Before, in `app.json`:

    {
      "buildpacks": [{"url": "heroku/python"}, {"url": "heroku/python"}]
    }

After, in `app.json`:

    {
      "buildpacks": [{"url": "heroku/python"}]
    }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

PYTHON = re.compile(
    r"heroku/python\Z|urn:buildpack:heroku/python\Z|.*/heroku-buildpack-python(\.git)?(#.*)?\Z"
)


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Count it, in any of its spellings.
    """
    for _, buildpacks in manifest.buildpacks():
        found = [node for url, node in buildpacks if PYTHON.match(url)]
        for node in found[1:]:
            yield rule.finding(
                manifest.source,
                node.start,
                "The Python buildpack again, which ends the build",
                fix="Remove one of the two.",
            )
