"""
A value has another shape than Heroku reads.

`addons`, `buildpacks` and `keywords` are lists, `env`, `formation`, `scripts` and `environments`
are objects, the others are texts.

Before, in `app.json`:

    {
      "scripts": "python manage.py migrate"
    }

After, in `app.json`:

    {
      "scripts": {
        "postdeploy": "python manage.py migrate"
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import Mapping, kind
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

SHAPES = {
    "sequence": ("addons", "buildpacks", "keywords"),
    "mapping": ("env", "formation", "scripts", "environments"),
    "text": (
        "name",
        "description",
        "website",
        "repository",
        "logo",
        "success_url",
        "stack",
        "image",
    ),
}
WORDS = {"sequence": "a list: […]", "mapping": "an object: {…}", "text": 'a text: "…"'}


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Look at the top, and into each environment.
    """
    root = manifest.document.root
    if root and not isinstance(root, Mapping):
        fix = 'Write: {"name": "…"}'
        yield rule.finding(
            manifest.source, root.start, f"app.json is {kind(root)}", fix=fix
        )
    for environment in manifest.environments.values():
        for shape, keys in SHAPES.items():
            for key in keys:
                entry = environment.get(key)
                if entry and entry.value.type != shape:
                    yield rule.finding(
                        manifest.source,
                        entry.value.start,
                        f'"{key}" is {kind(entry.value)}',
                        fix=f"Write {WORDS[shape]}",
                    )
