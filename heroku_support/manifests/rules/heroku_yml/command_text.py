"""
A `command` is a text.

The documented form is a list of one.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: web
      command: python manage.py migrate

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

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import text
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import commands

rule = Rule(__name__, "info")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at release and run.
    """
    for entry in commands(manifest):
        if text(entry.value):
            yield rule.finding(
                manifest.source,
                entry.value.start,
                "'command' is a text, and documented as a list",
                fix=f"Write:\ncommand:\n  - {text(entry.value)}",
            )
