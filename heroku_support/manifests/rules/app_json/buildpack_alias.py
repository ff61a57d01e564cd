"""
An official buildpack is taken from its repository.

That is the newest commit of its main branch, whatever state it is in. `heroku/python` is the
version that was released.

Before, in `app.json`:

    {
      "buildpacks": [{"url": "https://github.com/heroku/heroku-buildpack-python"}]
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
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

OFFICIAL = re.compile(
    r"(?:https?|git)://github\.com/heroku/(heroku-buildpack-\w+)(?:\.git)?/?\Z"
)


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at each address that names no commit.
    """
    aliases = facts("buildpacks").pairs("aliases")
    for _, buildpacks in manifest.buildpacks():
        for url, node in buildpacks:
            match = OFFICIAL.match(url)
            alias = aliases.get(match[1]) if match else None
            if alias:
                yield rule.finding(
                    manifest.source,
                    node.start,
                    "The main branch of a buildpack, not a release of it",
                    fix=f'Write: "{alias}"',
                    edits=[Edit(node.start, node.end, f'"{alias}"')],
                )
