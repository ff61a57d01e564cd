"""
A formation does not say how many dynos it has.

`quantity` is a whole number of 0 or more.

Before, in `app.json`:

    {
      "formation": {
        "web": {"quantity": "1", "size": "basic"}
      }
    }

After, in `app.json`:

    {
      "formation": {
        "web": {"quantity": 1, "size": "basic"}
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.nodes import Mapping, Scalar, mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at each process of each formation.
    """
    for _, entry in manifest.entries("formation"):
        quantity = mapping(entry.value).get("quantity")
        if not isinstance(entry.value, Mapping) or not quantity:
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f'"{entry.name}" has no "quantity"',
                fix=f'Write: "{entry.name}": {{"quantity": 1}}',
            )
            continue
        value = quantity.value
        if (
            not isinstance(value, Scalar)
            or value.type != "number"
            or not value.value.isdecimal()
        ):
            digits = text(value) if text(value).isdecimal() else ""
            yield rule.finding(
                manifest.source,
                value.start,
                '"quantity" is not a whole number',
                fix=f'Write: "quantity": {digits or 1}',
                edits=[Edit(value.start, value.end, digits)] if digits else [],
            )
