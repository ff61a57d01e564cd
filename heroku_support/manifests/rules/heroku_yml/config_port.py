"""
`PORT` is set.

Heroku gives each dyno its own: a value here is not the one that the router asks on.

Before, in `heroku.yml`:

    setup:
      config:
        PORT: "8000"
    build:
      docker:
        web: Dockerfile

After, in `heroku.yml`:

    setup:
      config:
        LANGUAGE: en
    build:
      docker:
        web: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import configs

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look for PORT.
    """
    for entry in configs(manifest):
        if entry.name == "PORT":
            yield rule.finding(
                manifest.source, entry.key.start, "Heroku sets PORT", fix="Remove it."
            )
