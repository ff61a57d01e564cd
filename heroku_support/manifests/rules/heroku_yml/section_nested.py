"""
`setup`, `release` or `run` is indented under another section.

Heroku reads the four sections at the left margin only. A `release` under `build` is a key that
`build` does not have, and nothing runs before the new code goes live.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
      run:
        web: gunicorn shop.wsgi

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    run:
      web: gunicorn shop.wsgi
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
    Look for them wherever they do not belong.
    """
    for each in nested(manifest):
        if each.entry.name != "build":
            left = each.column - 1
            yield rule.finding(
                manifest.source,
                each.entry.key.start,
                f"'{each.entry.name}' is indented under '{each.parent}'; move it left by {left}",
                fix=f"Move {each.lines} left by {left}, to the margin.",
                edits=dedent(manifest, each),
            )
