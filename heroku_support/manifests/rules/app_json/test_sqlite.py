"""
Tests or review apps run on SQLite, and the app on Postgres.

What one database takes, the other refuses: the mistake shows in production. In a review app the
file is gone with each restart.

Before, in `app.json`:

    {
      "addons": ["heroku-postgresql:essential-0"],
      "environments": {
        "test": {
          "env": {"DATABASE_URL": "sqlite:///db.sqlite3"},
          "scripts": {"test": "python manage.py test"}
        }
      }
    }

After, in `app.json`:

    {
      "addons": ["heroku-postgresql:essential-0"],
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
from heroku_support.manifests.nodes import mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

PLANS = {"test": "heroku-postgresql:in-dyno"}


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look for addresses of SQLite beside an add-on of Postgres.
    """
    plans = {text(plan).partition(":")[0] for _, plan in manifest.addons()}
    for environment, entry in manifest.entries("env"):
        inner = mapping(entry.value).get("value")
        value = inner.value if inner else entry.value
        if not environment or "heroku-postgresql" not in plans:
            continue
        if text(value).startswith(("sqlite:", "spatialite:")):
            plan = PLANS.get(environment, "heroku-postgresql:essential-0")
            yield rule.finding(
                manifest.source,
                value.start,
                f"'{environment}' runs on SQLite, and the app on Postgres",
                fix=f'Remove it, and write: "addons": ["{plan}"]',
            )
