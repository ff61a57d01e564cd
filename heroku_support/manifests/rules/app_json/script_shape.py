"""
A script is not a text.

Heroku's schema takes nothing else.

Before, in `app.json`:

    {
      "scripts": {
        "postdeploy": {"command": "python manage.py loaddata shop"}
      }
    }

After, in `app.json`:

    {
      "scripts": {
        "postdeploy": "python manage.py loaddata shop"
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import kind
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at what each script is.
    """
    for _, entry in manifest.entries("scripts"):
        # Dokku reads scripts of its own from the same file.
        if entry.value.type != "text" and entry.name != "dokku":
            yield rule.finding(
                manifest.source,
                entry.value.start,
                f'"{entry.name}" is {kind(entry.value)}, and must be a text',
                fix=f'Write: "{entry.name}": "command"',
            )
