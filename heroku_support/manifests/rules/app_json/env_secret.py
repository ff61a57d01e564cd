"""
A secret stands in app.json.

Everyone who can read the repository has it, and every app that is made from it has the same.

Before, in `app.json`:

    {
      "env": {
        "SECRET_KEY": {"value": "9d2f7c1ab84e60359d2f7c1ab84e6035"}
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
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import mapping, text
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.secrecy import is_secret

rule = Rule(__name__, "error")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at each variable, in both of its forms; those of tests are no secrets.
    """
    for environment, entry in manifest.entries("env"):
        found = mapping(entry.value).get("value")
        value = found.value if found else entry.value
        if environment != "test" and is_secret(entry.name, text(value)):
            yield rule.finding(
                manifest.source,
                value.start,
                f"{entry.name} is a secret, and everyone with the repository has it",
                fix='Make a new one, and write: {"generator": "secret"} or {"required": true}',
            )
