"""
A line has no colon behind the name of the process.

Cedar takes the first word for the name of a process type and the rest for its command, so
that a stray `python manage.py migrate` becomes a process type called `python`. Fir refuses the
build, and `heroku local` the file. There are no continuation lines either: a command is one
line, however long.

Before, in `Procfile`:

    web gunicorn shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.procfile import CEDAR, MEANT, Line, Procfile
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

# Another sign in the colon's place.
SIGN = re.compile(r"(?P<name>[A-Za-z0-9_-]+)(?P<sign>\s*(?:=>|->|[=;,|])\s*)(?=[^\s=])")
USUAL = ("beat", "clock", "release", "scheduler", "web", "worker")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for lines without a colon.
    """
    above = ""
    for line in procfile.lines:
        if line.meant is None and not line.text.startswith(
            ("<<<<<<<", "=======", ">>>>>>>")
        ):
            yield _finding(procfile, line, above)
        above = line.text


def _finding(procfile: Procfile, line: Line, above: str) -> Finding:
    start = line.start + line.indent
    if above.endswith("\\"):
        message = "A Procfile has no continuation lines: this is a line of its own"
        fix = "Write the command on one line, or into a script."
        return rule.finding(procfile.source, start, message, fix=fix)
    first, _, rest = line.text.strip().partition(" ")
    match = CEDAR.match(line.text)
    if match:
        message = f"No colon: Cedar takes this for a process type called '{match[1]}', Fir fails"
    else:
        message = "No colon: Cedar passes over this line, Fir fails"
    text = line.text.strip()
    dashed = text.removeprefix("- ").lstrip()
    if dashed != text and MEANT.match(dashed):
        message = "A Procfile is no list: without the dash, Cedar and Fir know the name"
        edits = [Edit(start, start + len(text) - len(dashed), "")]
        return rule.finding(
            procfile.source, start, message, fix=f"Write: {dashed}", edits=edits
        )
    sign = SIGN.match(text)
    if sign and (sign["name"] in USUAL or _is_apart(sign["sign"])):
        at, behind = start + sign.start("sign"), start + sign.end()
        fixed = f"{sign['name']}: {text[sign.end() :]}"
        edits = [Edit(at, behind, ": ")] if sign["name"] in USUAL else []
        return rule.finding(
            procfile.source, start, message, fix=f"Write: {fixed}", edits=edits
        )
    end = start + len(first)
    edits = [Edit(end, end, ":")] if first in USUAL and rest else []
    name = first if edits else "web"
    fix = f"Write: {name}: {rest.strip() if edits else line.text.strip()}"
    return rule.finding(procfile.source, start, message, fix=fix, edits=edits)


def _is_apart(sign: str) -> bool:
    # "A=1 gunicorn" sets a variable; "app = gunicorn" names a process.
    return sign[0].isspace() and sign[-1].isspace()
