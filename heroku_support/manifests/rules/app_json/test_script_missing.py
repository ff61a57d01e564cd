"""
Heroku CI has nothing to run.

The Python buildpack brings no default: without `scripts.test`, a test run ends with an error.

Before, in `app.json`:

    {
      "environments": {
        "test": {
          "addons": ["heroku-postgresql:in-dyno"]
        }
      }
    }

After, in `app.json`:

    {
      "environments": {
        "test": {
          "addons": ["heroku-postgresql:in-dyno"],
          "scripts": {"test": "python manage.py test"}
        }
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look for a test environment without a script.
    """
    test = manifest.root.get("environments", "test")
    if test and not any(
        entry.name == "test" for _, entry in manifest.entries("scripts")
    ):
        yield rule.finding(
            manifest.source,
            test.key.start,
            'The test environment has no "test" script',
            fix='Add: "scripts": {"test": "python manage.py test"}',
        )
