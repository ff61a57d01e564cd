"""
A line was meant as an item, and is a part of the text above it.

A text without quotes goes on over deeper lines, and `-mkdir` without a space is a text. Two
commands are then one, in which the dash is an argument.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: web
      command:
        - python manage.py check
          - python manage.py migrate

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: web
      command:
        - python manage.py check && python manage.py migrate
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.heroku_yml_shape import is_continued, scalars
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at texts without quotes.
    """
    source = manifest.source
    for each in scalars(manifest.root):
        if not is_continued(source, each):
            continue
        if source.text.startswith("-", each.start):
            message, at = (
                "No space behind the dash: this is a text, and no item",
                each.start,
            )
            fix = f"Write: - {source.text[each.start + 1 : each.end].splitlines()[0]}"
        else:
            at = source.text.index("- ", source.text.index("\n", each.start))
            message = "This line is a part of the text above it, and no item"
            fix = "Give it as many spaces as the item above."
        yield rule.finding(source, at, message, fix=fix)
