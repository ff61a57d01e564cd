"""
heroku.yml has an alias.

The doctor does not follow it, because a text of ten lines can then stand for gigabytes, and
nothing documents whether Heroku does.

Before, in `heroku.yml`:

    build:
      docker:
        web: &file Dockerfile
        worker: *file

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
        worker: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Report the aliases.
    """
    yield from rule.reported(manifest.source, manifest.document.problems)
