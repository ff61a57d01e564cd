"""
A buildpack for GeoDjango, or its switch, does nothing today.

`BUILD_WITH_GEO_LIBRARIES` is no longer read, and the forks bring a GDAL that is older than the
stack. heroku/heroku-geo-buildpack is Heroku's own.

Before, in `app.json`:

    {
      "env": {
        "BUILD_WITH_GEO_LIBRARIES": "1"
      }
    }

After, in `app.json`:

    {
      "buildpacks": [
        {"url": "https://github.com/heroku/heroku-geo-buildpack.git"},
        {"url": "heroku/python"}
      ]
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

SWITCH = "BUILD_WITH_GEO_LIBRARIES"


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look for the variable, and for the forks.
    """
    known = facts("buildpacks")
    fix = f'Add before heroku/python: {{"url": "{known.word("geo")}"}}'
    for _, entry in manifest.entries("env"):
        if entry.name == SWITCH:
            message = f"The buildpack no longer reads {SWITCH} ({known.as_of})"
            yield rule.finding(manifest.source, entry.key.start, message, fix=fix)
    for _, buildpacks in manifest.buildpacks():
        for url, node in buildpacks:
            path = url.lower().partition("#")[0].removesuffix(".git")
            name = path.rpartition("/")[2]
            is_fork = name in known.words("geo_forks") and "/heroku/" not in path
            if is_fork:
                message = f"{name} is a fork from before Heroku's own ({known.as_of})"
                yield rule.finding(manifest.source, node.start, message, fix=fix)
