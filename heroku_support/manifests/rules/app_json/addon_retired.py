"""
An add-on is no longer offered.

The app is not set up while it is asked for.

Before, in `app.json`:

    {
      "addons": ["openredis"]
    }

After, in `app.json`:

    {
      "addons": ["heroku-redis:mini"]
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Compare each service with those that ended.
    """
    known = facts("addons")
    retired = known.pairs("retired")
    for _, plan in manifest.addons():
        service = text(plan).partition(":")[0]
        if service in retired:
            yield rule.finding(
                manifest.source,
                plan.start,
                f"The add-on {service} is no longer offered ({known.as_of})",
                fix=f"Use {retired[service]}.",
            )
