"""
A line was meant as an item, and is a part of the text above it.

A text without quotes goes on over deeper lines, and `-mkdir` without a space is a text. Two
commands are then one, in which the dash is an argument. Better than several items is one
(command-items).

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
        - python manage.py check
        - python manage.py migrate
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.heroku_yml_shape import is_continued, scalars
from heroku_support.manifests.nodes import Scalar
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.source import Source

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
            at, edits = each.start, []
            message = "No space behind the dash: this is a text, and no item"
            fix = f"Write: - {source.text[each.start + 1 : each.end].splitlines()[0]}"
        elif _lacks_dash(source, each):
            at, edits = each.start, [Edit(each.start, each.start, "- ")]
            message = "No dash before this: the items below it are a part of its text"
            fix = f"Write: - {source.text[each.start : each.end].splitlines()[0]}"
        else:
            at = source.text.index("- ", source.text.index("\n", each.start))
            edits = _aligned(source, each)
            message = "This line is a part of the text above it, and no item"
            fix = "Give it as many spaces as the item above."
        yield rule.finding(source, at, message, fix=fix, edits=edits)


def _lacks_dash(source: Source, scalar: Scalar) -> bool:
    # It begins its line, and the next is an item that begins where it does.
    position = source.position(scalar.start)
    margin, below = " " * (position.column - 1), source.line(position.line + 1)
    is_alone = source.line(position.line).startswith(margin + scalar.value[:1])
    return is_alone and below.startswith(margin + "- ")


def _aligned(source: Source, item: Scalar) -> list[Edit]:
    # The lines of the text that are meant as items begin where its own item does.
    first, last = (source.position(each).line for each in (item.start, item.end))
    before, dash, _ = source.line(first).partition("- ")
    if not dash or before.strip():
        return []
    edits = []
    for number in range(first + 1, last + 1):
        line, start = source.line(number), source.start(number)
        if line.lstrip().startswith("- "):
            end = start + len(line) - len(line.lstrip())
            edits.append(Edit(start, end, before))
    return edits
