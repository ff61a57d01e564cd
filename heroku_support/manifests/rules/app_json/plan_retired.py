"""
An add-on has a plan that is no longer sold.

The app is not set up: "invalid app.json - The heroku-postgresql:hobby-dev plan is no longer
available. Choose a different plan."

Before, in `app.json`:

    {
      "addons": ["heroku-postgresql:hobby-dev"]
    }

After, in `app.json`:

    {
      "addons": ["heroku-postgresql:essential-0"]
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.nodes import text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Compare each plan with those that ended.
    """
    known = facts("plans")
    retired = known.pairs("retired")
    for _, plan in manifest.addons():
        name = text(plan)
        if name in retired:
            yield rule.finding(
                manifest.source,
                plan.start,
                f"The plan {name} is no longer available ({known.as_of})",
                fix=f'Write: "{retired[name]}"',
                edits=[Edit(plan.start, plan.end, f'"{retired[name]}"')],
            )
