"""
`release` has no `command`.

Nothing runs then before the new code goes live, neither migrations nor anything else.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: web

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

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import Mapping
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import misplaced

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look into release.
    """
    release = manifest.root.get("release")
    if (
        release
        and isinstance(release.value, Mapping)
        and not release.value.get("command")
    ):
        # key-unknown and key-outside say so.
        if get_close_matches("command", release.value.names()):
            return
        if "release" in misplaced(manifest):
            return
        yield rule.finding(
            manifest.source,
            release.key.start,
            "'release' has no 'command'",
            fix="Add:\n  command:\n    - python manage.py migrate",
        )
