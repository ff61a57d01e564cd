"""
The name of a config var is none.

A config var is a variable of the shell: letters, digits and underscores, no digit in front. Heroku's
schema refuses other names, and no shell can set them.

Before, in `app.json`:

    {
      "env": {
        "ADMIN-EMAIL": {"required": false}
      }
    }

After, in `app.json`:

    {
      "env": {
        "ADMIN_EMAIL": {"required": false}
      }
    }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at each name.
    """
    for _, entry in manifest.entries("env"):
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", entry.name):
            usable = re.sub(r"\W+", "_", entry.name, flags=re.ASCII).upper()
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"{entry.name} is no name of a variable: letters, digits and _",
                fix=f"Write: {usable}, here and where it is read.",
            )
