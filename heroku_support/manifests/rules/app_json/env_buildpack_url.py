"""
`BUILDPACK_URL` is set.

The list of buildpacks took its place; where it is set, it wins over the list and hides it.

Before, in `app.json`:

    {
      "env": {
        "BUILDPACK_URL": "https://github.com/heroku/heroku-buildpack-multi.git"
      }
    }

After, in `app.json`:

    {
      "buildpacks": [{"url": "heroku/python"}]
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
    Look for it in each environment.
    """
    for _, entry in manifest.entries("env"):
        if entry.name == "BUILDPACK_URL":
            yield rule.finding(
                manifest.source,
                entry.key.start,
                "BUILDPACK_URL is deprecated, and hides the list of buildpacks",
                fix='Remove it, and write: "buildpacks": [{"url": "heroku/python"}]',
            )
