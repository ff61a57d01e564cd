"""
`setup` asks for a plan that is no longer sold.

`heroku create --manifest` fails for it.

Before, in `heroku.yml`:

    setup:
      addons:
        - plan: heroku-postgresql:hobby-dev
    build:
      docker:
        web: Dockerfile

After, in `heroku.yml`:

    setup:
      addons:
        - plan: heroku-postgresql:essential-0
    build:
      docker:
        web: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import items, mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Compare the plans with those that ended.
    """
    known = facts("plans")
    retired = known.pairs("retired")
    entry = manifest.root.get("setup", "addons")
    for item in items(entry.value if entry else None):
        plan = mapping(item).get("plan")
        name = text(plan.value) if plan else ""
        if plan and name in retired:
            yield rule.finding(
                manifest.source,
                plan.value.start,
                f"The plan {name} is no longer available ({known.as_of})",
                fix=f"Write: plan: {retired[name]}",
                edits=[Edit(plan.value.start, plan.value.end, retired[name])],
            )
