"""
A dash, quote or space that a word processor made.

`–log-file` begins with U+2013 and is no option: gunicorn takes it for the name of a module. Copied
from a web page it looks right.

Before, in `Procfile`:

    web: gunicorn shop.wsgi –log-file -

After, in `Procfile`:

    web: gunicorn shop.wsgi --log-file -
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

ODD = re.compile(
    r"[\u2013\u2014](?P<gap> *)(?P<next>[A-Za-z]?)"
    r"|[\u2018\u2019\u201c\u201d\u00a0\u3000\x0b\x0c]"
)
PLAIN = {
    **{"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'},
    **dict.fromkeys("\u00a0\u3000\x0b\x0c", " "),
}


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for what no keyboard types.
    """
    for match in ODD.finditer(command.source.text, command.start, command.end):
        character = match.group()[0]
        at = match.start()
        plain = PLAIN.get(character)
        if plain is not None:
            edit = Edit(at, at + 1, plain)
        elif match["next"]:
            edit = Edit(at, match.start("next"), "--")
        else:
            edit = Edit(at, at + 1, "-")
        name = "a space" if edit.text == " " else edit.text
        yield rule.finding(
            command.source,
            at,
            f"U+{ord(character):04X} stands where {name} is meant",
            fix=f"Type {name} instead.",
            edits=[edit],
        )
