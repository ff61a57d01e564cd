"""
A script has a name that Heroku never calls.

`postdeploy` runs once, after the first deploy, `pr-predestroy` before a review app goes; for tests
there are `test-setup` and `test`.

Before, in `app.json`:

    {
      "scripts": {
        "post-deploy": "python manage.py loaddata shop"
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
from difflib import get_close_matches

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

SCRIPTS = ("postdeploy", "pr-predestroy", "test", "test-setup")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at the names of scripts.
    """
    for _, entry in manifest.entries("scripts"):
        if entry.name not in (*SCRIPTS, "dokku"):
            close = get_close_matches(entry.name, SCRIPTS, n=1)
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f'Heroku calls no script "{entry.name}"',
                fix=f'Write: "{close[0]}"' if close else f"Use: {', '.join(SCRIPTS)}.",
                edits=[Edit(entry.key.start, entry.key.end, f'"{close[0]}"')]
                if close
                else [],
            )
