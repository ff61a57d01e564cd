"""
The whole command stands in quotes.

A shell takes what is in quotes for one word: it looks for a program whose name has spaces, and does
not find it.

Before, in `Procfile`:

    web: "gunicorn shop.wsgi"

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

QUOTED = re.compile(
    r"""(?P<quote>["'])(?P<inner>[^"'\\$`]*\s[^"'\\$`]*)(?P=quote)\s*\Z"""
)


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for quotes around all of it.
    """
    match = QUOTED.match(command.text)
    if match:
        inner = match["inner"].strip()
        found = command.source.text.find(command.text, command.start, command.end)
        ends = found + match.start("inner"), found + match.end("inner")
        edits = [Edit(found, ends[0], ""), Edit(ends[1], ends[1] + 1, "")]
        yield rule.finding(
            command.source,
            command.start if found < 0 else found,
            "In quotes this is one word, and no program is called that",
            fix=f"Write: {inner}",
            edits=edits if found >= 0 else [],
        )
