"""
`DISABLE_COLLECTSTATIC` is set.

It hides the error that was the reason to set it, and the files that nobody collected are missing:
with manifest storage every page that names one is an error 500.

Before, in `app.json`:

    {
      "env": {
        "DISABLE_COLLECTSTATIC": "1"
      }
    }

After, in `app.json`:

    {
      "env": {
        "LANGUAGE": "en"
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import Mapping, mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look for it outside of the tests.
    """
    for environment, entry in manifest.entries("env"):
        found = mapping(entry.value).get("value")
        value = text(found.value if found else entry.value)
        # Without a value, whoever sets up the app is asked.
        is_set = value != "0" and (found or not isinstance(entry.value, Mapping))
        if entry.name == "DISABLE_COLLECTSTATIC" and environment != "test" and is_set:
            yield rule.finding(
                manifest.source,
                entry.key.start,
                "The build collects no static files, and does not say why it could not",
                fix="Remove it, and mend what collectstatic says.",
            )
