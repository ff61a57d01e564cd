"""
app.json has a key that Heroku does not know.

The schema that Heroku publishes with its MCP server (1.2.8) allows no other keys; what else stands
there has no effect.

Before, in `app.json`:

    {
      "name": "shop",
      "postdeploy": "python manage.py loaddata shop"
    }

After, in `app.json`:

    {
      "name": "shop",
      "scripts": {
        "postdeploy": "python manage.py loaddata shop"
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import Entry, mapping
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

KEYS = (
    "name", "description", "keywords", "website", "repository", "logo", "success_url",
    "scripts", "env", "formation", "addons", "buildpacks", "environments", "stack", "image",
)  # fmt: skip
SCRIPTS = ("postdeploy", "pr-predestroy")
ENVIRONMENTS = ("test", "review", "production")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at the top, and into each environment.
    """
    environments = manifest.root.get("environments")
    for entry in mapping(environments.value).entries if environments else ():
        if entry.name not in ENVIRONMENTS:
            yield _no_environment(manifest, entry)
    for environment in manifest.environments.values():
        for entry in environment.entries:
            if entry.name not in KEYS and not entry.name.startswith(("$", "_")):
                yield _finding(manifest, entry)


def _no_environment(manifest: AppJson, entry: Entry) -> Finding:
    close = get_close_matches(entry.name.lower(), ENVIRONMENTS, n=1)
    return rule.finding(
        manifest.source,
        entry.key.start,
        f'app.json has no environment "{entry.name}"',
        fix=f'Write: "{close[0]}"' if close else "Remove it.",
        severity="error",
    )


def _finding(manifest: AppJson, entry: Entry) -> Finding:
    close = get_close_matches(entry.name.lower(), KEYS, n=1, cutoff=0.75)
    if entry.name in SCRIPTS:
        fix = f'Write: "scripts": {{"{entry.name}": "…"}}'
    elif close:
        fix = f'Write: "{close[0]}"'
    else:
        fix = "Remove it."
    is_slip = bool(close) or entry.name in SCRIPTS
    return rule.finding(
        manifest.source,
        entry.key.start,
        f'app.json has no key "{entry.name}"',
        fix=fix,
        severity="error" if is_slip else "warning",
    )
