"""
A buildpack stands behind Python's, and Python's needs what it makes.

They run in order. `collectstatic` runs within Python's: what Node.js builds, and the GDAL of
the geo buildpack, must be there by then.

Before, in `app.json`:

    {
      "buildpacks": [{"url": "heroku/python"}, {"url": "heroku/nodejs"}]
    }

After, in `app.json`:

    {
      "buildpacks": [{"url": "heroku/nodejs"}, {"url": "heroku/python"}]
    }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

PYTHON = re.compile(r"heroku/python\Z|.*/heroku-buildpack-python\b")
FIRST = re.compile(
    r"heroku/nodejs\Z|.*/heroku-buildpack-nodejs\b|.*/heroku-geo-buildpack\b|.*\bapt\b"
)


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look behind the Python buildpack.
    """
    for _, buildpacks in manifest.buildpacks():
        seen = False
        for url, node in buildpacks:
            if seen and FIRST.match(url):
                name = url.rpartition("/")[2].removesuffix(".git")
                yield rule.finding(
                    manifest.source,
                    node.start,
                    f"'{name}' runs after Python's, whose collectstatic needs what it makes",
                    fix="Move it before heroku/python.",
                )
            seen = seen or bool(PYTHON.match(url))
