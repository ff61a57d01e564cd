r"""
The settings rely on an add-on that app.json does not list.

A review app and an app that is made by Heroku Button get the add-ons of the list, and no others:
the config var is missing there.

Before, in `app.json`:

    {"addons": ["heroku-postgresql:essential-0"]}

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    SESSION_REDIS = os.environ["REDIS_URL"]

After, in `app.json`:

    {"addons": ["heroku-postgresql:essential-0", "heroku-redis:mini"]}

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    SESSION_REDIS = os.environ["REDIS_URL"]
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import text
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import variables

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare the list with the config vars that cannot be missing.
    """
    settings, manifest = project.settings, project.app_json
    plans = [text(plan) for _, plan in manifest.addons()] if manifest else []
    if not settings or not plans or not manifest:
        return
    declared = {entry.name for _, entry in manifest.entries("env")}
    seen = set(declared)
    for name in settings.scope.names:
        for value, read in variables(settings.get(name)):
            service = facts("variables").pairs("addons").get(read.name)
            kind = (service or "").removeprefix("heroku-")
            if not service or not read.is_required or read.name in seen:
                continue
            seen.add(read.name)
            if not any(kind in plan for plan in plans):
                yield rule.finding(
                    value.source,
                    value.start,
                    f"{read.name} comes from {service}, which app.json does not list",
                    fix=f'Add to "addons" in app.json: "{service}"',
                )
