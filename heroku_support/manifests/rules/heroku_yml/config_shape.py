"""
A config value is a list, a mapping or nothing.

A config var is a text.

Before, in `heroku.yml`:

    setup:
      config:
        ALLOWED_HOSTS:
          - shop.example
    build:
      docker:
        web: Dockerfile

After, in `heroku.yml`:

    setup:
      config:
        ALLOWED_HOSTS: shop.example
    build:
      docker:
        web: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import kind
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import configs, starts_nested

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at the config of setup and build.
    """
    moved = starts_nested(manifest)
    for entry in configs(manifest):
        if entry.key.start in moved:
            continue
        if entry.value.type in ("mapping", "sequence", "null"):
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"{entry.name} is {kind(entry.value)}, and a config var is text",
                fix=f"Write: {entry.name}: value",
            )
