"""
`setup` takes effect once.

It is read by `heroku create --manifest` only: what is changed here later changes no app, and a
review app reads `app.json`.

Before, in `heroku.yml`:

    setup:
      addons:
        - plan: heroku-postgresql
    build:
      docker:
        web: Dockerfile

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "info")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look for setup.
    """
    entry = manifest.root.get("setup")
    if entry:
        yield rule.finding(
            manifest.source,
            entry.key.start,
            "'setup' is read by 'heroku create --manifest' only",
            fix="For an app that exists: heroku addons:create …, heroku config:set …",
        )
