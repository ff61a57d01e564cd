"""
heroku.yml has a section that Heroku does not know.

There are four: setup, build, release and run.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    rub:
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

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.heroku_yml_shape import SECTIONS
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import owner

rule = Rule(__name__, "error")

COMPOSE = ("services", "version", "volumes", "networks")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look for names beside the four.
    """
    is_compose = manifest.root.get("services") is not None
    for entry in manifest.root.entries:
        if entry.name in SECTIONS or owner(manifest, entry):
            continue
        if is_compose and entry.name in COMPOSE:
            message = f"'{entry.name}' is a section of docker-compose.yml"
            fix = "Write heroku.yml anew:\nbuild:\n  docker:\n    web: Dockerfile"
            yield rule.finding(manifest.source, entry.key.start, message, fix=fix)
            continue
        close = get_close_matches(entry.name.lower(), SECTIONS, n=1)
        edits = [Edit(entry.key.start, entry.key.end, close[0])] if close else []
        yield rule.finding(
            manifest.source,
            entry.key.start,
            f"heroku.yml has no section '{entry.name}'",
            fix=f"Write: {close[0]}:" if close else "Use: setup, build, release, run.",
            edits=[] if close and manifest.root.get(close[0]) else edits,
        )
