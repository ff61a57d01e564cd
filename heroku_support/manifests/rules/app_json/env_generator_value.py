"""
A config var has a generator and a value.

The two contradict each other: with `generator`, the value is made.

Before, in `app.json`:

    {
      "env": {
        "SECRET_KEY": {"generator": "secret", "value": ""}
      }
    }

After, in `app.json`:

    {
      "env": {
        "SECRET_KEY": {"generator": "secret"}
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import mapping
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at each variable.
    """
    for _, entry in manifest.entries("env"):
        parts = mapping(entry.value)
        value = parts.get("value")
        if value and parts.get("generator"):
            yield rule.finding(
                manifest.source,
                value.key.start,
                f"{entry.name} has a generator, and a value beside it",
                fix='Remove "value".',
            )
