"""
`as` ends in `_URL`.

Heroku adds it: an add-on attached as `DATABASE` sets `DATABASE_URL`, one attached as
`DATABASE_URL` sets `DATABASE_URL_URL`.

Before, in `heroku.yml`:

    setup:
      addons:
        - plan: heroku-postgresql
          as: DATABASE_URL
    build:
      docker:
        web: Dockerfile

After, in `heroku.yml`:

    setup:
      addons:
        - plan: heroku-postgresql
          as: DATABASE
    build:
      docker:
        web: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import items, mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at the names of attachments.
    """
    entry = manifest.root.get("setup", "addons")
    for item in items(entry.value if entry else None):
        alias = mapping(item).get("as")
        name = text(alias.value) if alias else ""
        if alias and name.endswith("_URL"):
            short = name.removesuffix("_URL")
            yield rule.finding(
                manifest.source,
                alias.value.start,
                f"Attached as {name}, it sets {name}_URL",
                fix=f"Write: as: {short}",
                edits=[Edit(alias.value.start, alias.value.end, short)],
            )
