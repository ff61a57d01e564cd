"""
A buildpack is fetched by the git protocol.

GitHub ended it on 15 March 2022: `git://` has no encryption. `https://` has the same content.

Before, in `app.json`:

    {
      "buildpacks": [{"url": "git://github.com/cloudfoundry/ruby-buildpack"}]
    }

After, in `app.json`:

    {
      "buildpacks": [{"url": "https://github.com/cloudfoundry/ruby-buildpack"}]
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at each address.
    """
    for _, buildpacks in manifest.buildpacks():
        for url, node in buildpacks:
            if url.startswith("git://"):
                start = node.start + 1  # behind the quote
                yield rule.finding(
                    manifest.source,
                    node.start,
                    "GitHub no longer answers git://",
                    fix=f'Write: "https://{url[6:]}"',
                    edits=[Edit(start, start + 3, "https")],
                )
