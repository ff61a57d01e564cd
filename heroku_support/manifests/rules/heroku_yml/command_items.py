"""
A `command` has several items.

Documented is one. Whether they run one after the other, and whether a failure ends them, nothing
says: join them with `&&`, or write a script.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: web
      command:
        - python manage.py check --deploy
        - python manage.py migrate

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: web
      command:
        - python manage.py check --deploy && python manage.py migrate
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import items, text
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import commands

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at release and run.
    """
    for entry in commands(manifest):
        found = items(entry.value)
        if len(found) > 1:
            joined = " && ".join(text(each) for each in found)
            yield rule.finding(
                manifest.source,
                found[1].start,
                "More than one command: only one is documented",
                fix=f"Write: - {joined}",
            )
