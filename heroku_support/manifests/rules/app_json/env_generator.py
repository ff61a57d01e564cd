"""
A generator is unknown.

There is one, `secret`, which makes 64 hexadecimal characters.

Before, in `app.json`:

    {
      "env": {
        "SECRET_KEY": {"generator": "random"}
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
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.nodes import mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at each variable.
    """
    for _, entry in manifest.entries("env"):
        generator = mapping(entry.value).get("generator")
        if generator and text(generator.value) != "secret":
            start, end = generator.value.start, generator.value.end
            yield rule.finding(
                manifest.source,
                start,
                f'{entry.name} has a "generator" that is not "secret"',
                fix='Write: "generator": "secret"',
                edits=[Edit(start, end, '"secret"')] if text(generator.value) else [],
            )
