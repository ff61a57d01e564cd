"""
The stack has ended, or will soon.

An app is no longer built on it.

Before, in `app.json`:

    {
      "stack": "heroku-20"
    }

After, in `app.json`:

    {
      "stack": "heroku-26"
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
    Compare the stack with those that ended.
    """
    known = facts("stacks")
    deprecated, current = known.pairs("deprecated"), known.word("current")
    for _, entry in manifest.sections("stack"):
        stack = text(entry.value)
        if stack in known.words("retired"):
            reason = f"The stack {stack} has ended"
        elif stack in deprecated:
            reason = f"The stack {stack} ends on {deprecated[stack]}"
        else:
            continue
        yield rule.finding(
            manifest.source,
            entry.value.start,
            f"{reason} ({known.as_of})",
            fix=f'Write: "stack": "{current}"',
            edits=[Edit(entry.value.start, entry.value.end, f'"{current}"')],
            severity="warning" if stack in deprecated else "error",
        )
