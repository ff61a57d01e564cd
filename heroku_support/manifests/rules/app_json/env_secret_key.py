"""
Nothing makes the secret key of a review app.

Django does not start without one. A review app has it from `generator`, from a `value`, or from the
config vars of its pipeline.

Before, in `app.json`:

    {
      "env": {
        "SECRET_KEY": {"required": true}
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
from heroku_support.manifests.nodes import Mapping
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "info")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look for Django's key.
    """
    for _, entry in manifest.entries("env"):
        parts = entry.value
        if entry.name not in ("SECRET_KEY", "DJANGO_SECRET_KEY"):
            continue
        if (
            isinstance(parts, Mapping)
            and not parts.get("generator")
            and not parts.get("value")
        ):
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"A review app gets no {entry.name}, unless its pipeline has one",
                fix=f'Write: "{entry.name}": {{"generator": "secret"}}',
            )
