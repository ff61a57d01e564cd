"""
A config var has a key that Heroku does not know.

There are four: `description`, `value`, `required` and `generator`. With `default` the variable has
no value, and whoever sets up the app is asked for it.

Before, in `app.json`:

    {
      "env": {
        "LANGUAGE": {"default": "en"}
      }
    }

After, in `app.json`:

    {
      "env": {
        "LANGUAGE": {"value": "en"}
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.nodes import mapping
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

KEYS = ("description", "value", "required", "generator")
MEANT = {"default": "value", "desc": "description", "optional": "required"}


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at each variable.
    """
    for _, entry in manifest.entries("env"):
        parts = mapping(entry.value)
        for each in parts.entries:
            if each.name in KEYS or each.name.startswith("_"):
                continue
            close = (
                [MEANT[each.name]]
                if each.name in MEANT
                else get_close_matches(each.name, KEYS, n=1)
            )
            is_free = (
                bool(close) and each.name != "optional" and not parts.get(close[0])
            )
            yield rule.finding(
                manifest.source,
                each.key.start,
                f'{entry.name} has a key "{each.name}", which Heroku does not know',
                fix=f'Write: "{close[0]}"' if close else f"Use: {', '.join(KEYS)}.",
                edits=[Edit(each.key.start, each.key.end, f'"{close[0]}"')]
                if is_free
                else [],
            )
