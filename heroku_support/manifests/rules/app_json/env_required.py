"""
`required` is not a boolean.

`"false"` in quotes is a text: Heroku's schema takes true and false.

Before, in `app.json`:

    {
      "env": {
        "SENTRY_DSN": {"required": "false"}
      }
    }

After, in `app.json`:

    {
      "env": {
        "SENTRY_DSN": {"required": false}
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.nodes import kind, mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at each variable.
    """
    for _, entry in manifest.entries("env"):
        required = mapping(entry.value).get("required")
        if required and required.value.type != "boolean":
            value = required.value
            word = text(value).lower()
            edits = (
                [Edit(value.start, value.end, word)]
                if word in ("true", "false")
                else []
            )
            yield rule.finding(
                manifest.source,
                value.start,
                f'"required" of {entry.name} is {kind(value)}, and must be true or false',
                fix=f'Write: "required": {word if edits else "true"}',
                edits=edits,
            )
