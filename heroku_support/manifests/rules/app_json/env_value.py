"""
The value of a config var is not a text.

Config vars are text; Heroku's schema takes nothing else.

Before, in `app.json`:

    {
      "env": {
        "WEB_CONCURRENCY": {"value": 2}
      }
    }

After, in `app.json`:

    {
      "env": {
        "WEB_CONCURRENCY": {"value": "2"}
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.nodes import Mapping, Scalar, kind, mapping
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at each variable, in both of its forms.
    """
    for _, entry in manifest.entries("env"):
        found = mapping(entry.value).get("value")
        value = found.value if found else entry.value
        if value.type == "text" or (isinstance(value, Mapping) and not found):
            continue
        is_plain = isinstance(value, Scalar) and value.type != "null"
        shown = value.value if isinstance(value, Scalar) and is_plain else "…"
        yield rule.finding(
            manifest.source,
            value.start,
            f"The value of {entry.name} is {kind(value)}, and must be a text",
            fix=f'Write: "{shown}"',
            edits=[Edit(value.start, value.end, f'"{shown}"')] if is_plain else [],
        )
