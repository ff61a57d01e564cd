"""
A secret is given to the build.

`build.config` are arguments of the Docker build: they stand in the image's history, and are gone
when the app runs. What the app needs is a config var.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
      config:
        SECRET_KEY: 9d2f7c1ab84e6035

After, in `heroku.yml`:

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

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at the arguments of the build.
    """
    for entry in manifest.section("build", "config").entries:
        if is_secret(entry.name, text(entry.value)):
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"{entry.name} is an argument of the build, and gone when the app runs",
                fix=f"Remove it, and run: heroku config:set {entry.name}=…",
            )
