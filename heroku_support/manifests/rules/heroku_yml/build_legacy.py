"""
The build is of the developer preview of 2018.

`languages`, `packages`, `pre` and `post` built with buildpacks. Heroku has answered since then that
the key is forbidden.

Before, in `heroku.yml`:

    build:
      languages:
        - python

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.heroku_yml_shape import LEGACY
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look for its keys.
    """
    for entry in manifest.section("build").entries:
        if entry.name in LEGACY:
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"'{entry.name}' is of the preview of 2018, and refused since",
                fix="Build from a Dockerfile, or remove heroku.yml and use buildpacks.",
            )
