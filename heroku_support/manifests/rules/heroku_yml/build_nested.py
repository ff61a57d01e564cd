"""
`build` is indented under another section.

Heroku then finds no `build`, and says that the app has no build manifest, or that the manifest is
invalid. `heroku create --manifest` takes the file, and creates an app with add-ons and no build.

Before, in `heroku.yml`:

    setup:
      addons:
        - plan: heroku-postgresql
      build:
        docker:
          web: Dockerfile

After, in `heroku.yml`:

    setup:
      addons:
        - plan: heroku-postgresql
    build:
      docker:
        web: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import dedent, nested

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look for it wherever it does not belong.
    """
    for each in nested(manifest):
        if each.entry.name == "build":
            left = each.column - 1
            yield rule.finding(
                manifest.source,
                each.entry.key.start,
                f"There is no build step: 'build' is indented under '{each.parent}'; "
                f"move it left by {left}",
                fix=f"Move {each.lines} left by {left}, so that 'build:' begins its line.",
                edits=dedent(manifest, each),
            )
