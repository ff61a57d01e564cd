"""
There is no `build` section.

It says which image is built from which Dockerfile. Without, Heroku answers that the app does not
include a heroku.yml build manifest.

Before, in `heroku.yml`:

    run:
      web: gunicorn shop.wsgi

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    run:
      web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.heroku_yml_shape import SECTIONS
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import misplaced, nested

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look for it, and for whatever may be it in another place or spelling.
    """
    root = manifest.root
    if not root.entries or root.get("build"):
        return
    elsewhere = {each.entry.name for each in nested(manifest)} | misplaced(manifest)
    close = get_close_matches(
        "build", [name for name in root.names() if name not in SECTIONS]
    )
    if "build" not in elsewhere and not close:
        yield rule.finding(
            manifest.source,
            root.start,
            "There is no 'build' section",
            fix="Add:\nbuild:\n  docker:\n    web: Dockerfile",
        )
