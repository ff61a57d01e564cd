"""
A secret stands in heroku.yml.

Everyone who can read the repository has it, and whoever has a copy keeps it.

Before, in `heroku.yml`:

    setup:
      config:
        SECRET_KEY: 9d2f7c1ab84e6035
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
from heroku_support.manifests.nodes import text
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.secrecy import is_secret

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at what is set when the app is created.
    """
    for entry in manifest.section("setup", "config").entries:
        if is_secret(entry.name, text(entry.value)):
            yield rule.finding(
                manifest.source,
                entry.value.start,
                f"{entry.name} is a secret, and everyone with the repository has it",
                fix=f"Remove it, make a new one, and run: heroku config:set {entry.name}=…",
            )
