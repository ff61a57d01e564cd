"""
DEBUG is on.

With `DEBUG`, an error page shows the settings and the local variables to whoever meets it. Review
apps are public.

Before, in `app.json`:

    {
      "env": {
        "DEBUG": "True"
      }
    }

After, in `app.json`:

    {
      "env": {
        "DEBUG": "False"
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

TRUE = ("1", "on", "true", "yes")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look for DEBUG outside of the tests.
    """
    for environment, entry in manifest.entries("env"):
        found = mapping(entry.value).get("value")
        value = found.value if found else entry.value
        is_debug = entry.name in ("DEBUG", "DJANGO_DEBUG")
        if is_debug and environment != "test" and text(value).lower() in TRUE:
            yield rule.finding(
                manifest.source,
                value.start,
                f"{entry.name} is on, and an error page shows the settings to everyone",
                fix='Write: "False"',
            )
