"""
A config var is declared that an add-on sets.

As `required`, its absence stops the setup, or a form asks for it: before the add-on is there. The
add-on's own value comes by itself.

Before, in `app.json`:

    {
      "addons": ["heroku-postgresql"],
      "env": {
        "DATABASE_URL": {"required": true}
      }
    }

After, in `app.json`:

    {
      "addons": ["heroku-postgresql"],
      "env": {}
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look for variables of the add-ons that are asked for.
    """
    setters = facts("variables").pairs("addons")
    services = {text(plan).partition(":")[0] for _, plan in manifest.addons()}
    for environment, entry in manifest.entries("env"):
        required = mapping(entry.value).get("required")
        is_optional = required and getattr(required.value, "value", "") == "false"
        if (
            setters.get(entry.name) in services
            and not is_optional
            and environment != "test"
        ):
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"{entry.name} is set by the add-on {setters[entry.name]}",
                fix="Remove it.",
            )
