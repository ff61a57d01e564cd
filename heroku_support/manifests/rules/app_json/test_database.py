"""
Tests run against an add-on that is made for each run.

`heroku-postgresql:in-dyno` starts within the test's own dyno: it is there at once, costs nothing,
and its role may create the test database.

Before, in `app.json`:

    {
      "environments": {
        "test": {
          "addons": ["heroku-postgresql:essential-0"],
          "scripts": {"test": "python manage.py test"}
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
from heroku_support.manifests.nodes import text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "info")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at the add-ons of the test environment.
    """
    for environment, plan in manifest.addons():
        service, _, name = text(plan).partition(":")
        if (
            environment == "test"
            and service == "heroku-postgresql"
            and name != "in-dyno"
        ):
            yield rule.finding(
                manifest.source,
                plan.start,
                "Each test run waits for a database of its own",
                fix='Write: "heroku-postgresql:in-dyno"',
            )
