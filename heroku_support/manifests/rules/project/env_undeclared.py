"""
The settings need a config var that app.json does not declare.

A review app, and an app of the Heroku Button, have what app.json declares and what its add-ons set:
the settings do not load there.

Before, in `app.json`:

    {
      "env": {
        "SECRET_KEY": {"generator": "secret"}
      }
    }

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    SECRET_KEY = os.environ["SECRET_KEY"]
    PAYMENT_KEY = os.environ["PAYMENT_KEY"]

After, in `app.json`:

    {
      "env": {
        "SECRET_KEY": {"generator": "secret"},
        "PAYMENT_KEY": {"description": "Of the payment service's test account."}
      }
    }

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    SECRET_KEY = os.environ["SECRET_KEY"]
    PAYMENT_KEY = os.environ["PAYMENT_KEY"]
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import demanded

rule = Rule(__name__, "warning")

# Set on every dyno, by Heroku or the Python buildpack.
SET = {"PORT", "DYNO", "PATH", "HOME", "LANG", "PYTHONPATH", "WEB_CONCURRENCY"}


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare what the settings demand with what app.json declares.
    """
    manifest, settings = project.app_json, project.settings
    env = manifest.root.get("env") if manifest else None
    if not manifest or not settings or not env:
        return
    known = {entry.name for _, entry in manifest.entries("env")} | SET
    known |= facts("variables").pairs("addons").keys()  # addon-unlisted says so
    for name in demanded(settings):
        if name not in known and not name.startswith("HEROKU_"):
            yield rule.finding(
                manifest.source,
                env.key.start,
                f"The settings demand {name}, which app.json does not declare",
                fix=f'Add to "env": "{name}": {{"description": "…"}}',
            )
