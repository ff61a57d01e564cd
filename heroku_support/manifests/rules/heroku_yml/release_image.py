"""
`release` does not say in which image it runs.

Unless `build.docker` builds an image called `release`, it needs `image`: the build ends with
"Couldn't find the release image configured for this app. Is there a matching run process?"

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      command:
        - python manage.py migrate

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: web
      command:
        - python manage.py migrate
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import Mapping
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import misplaced

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look into release.
    """
    release = manifest.root.get("release")
    if not release or not manifest.images or "release" in manifest.images:
        return
    if not isinstance(release.value, Mapping) or release.value.get("image"):
        return
    if "release" in misplaced(manifest):  # key-outside says so
        return
    if not get_close_matches("image", release.value.names()):
        first = (
            release.value.entries[0].key.start
            if release.value.entries
            else release.value.start
        )
        position = manifest.source.position(first)
        name = "web" if "web" in manifest.images else next(iter(manifest.images))
        margin = " " * (position.column - 1)
        yield rule.finding(
            manifest.source,
            release.key.start,
            "'release' has no 'image', and no image is called 'release'",
            fix=f"Add: image: {name}",
            edits=[
                Edit(first, first, f"image: {name}{manifest.source.newline}{margin}")
            ],
        )
