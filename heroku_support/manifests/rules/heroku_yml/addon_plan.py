"""
An add-on has no `plan`.

`heroku create --manifest` reads `plan` and `as` of each item; of a bare text it makes a request
for the plan "undefined" (client 11.10).

Before, in `heroku.yml`:

    setup:
      addons:
        - heroku-postgresql
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

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import items, mapping, text
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import starts_nested

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at every item of setup.addons.
    """
    entry = manifest.root.get("setup", "addons")
    moved = starts_nested(manifest)
    for item in items(entry.value if entry else None):
        parts = mapping(item)
        if parts.get("plan") or item.start in moved:
            continue
        plan = text(item)
        edits = [Edit(item.start, item.start, "plan: ")] if plan else []
        yield rule.finding(
            manifest.source,
            item.start,
            "An add-on without 'plan:'",
            fix=f"Write: - plan: {plan or 'heroku-postgresql'}",
            edits=edits,
        )
