"""
There is no such stack.

An app that asks for it is not set up.

Before, in `app.json`:

    {
      "stack": "heroku24"
    }

After, in `app.json`:

    {
      "stack": "heroku-24"
    }
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Compare the stack with those that there are.
    """
    known = facts("stacks")
    stacks = known.words("available")
    past = [*known.words("retired"), *known.pairs("deprecated")]
    for _, entry in manifest.sections("stack"):
        stack = text(entry.value)
        if stack and stack not in (*stacks, *past):
            close = get_close_matches(stack, stacks, n=1) or [known.word("current")]
            yield rule.finding(
                manifest.source,
                entry.value.start,
                f'There is no stack "{stack}" ({known.as_of})',
                fix=f'Write: "stack": "{close[0]}"',
            )
