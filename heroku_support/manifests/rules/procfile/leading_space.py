"""
White space stands before the name of a process.

Cedar takes it away, Fir does so with a warning, and `heroku local web` dies of it: "No Procfile and no
package.json file found". So it does of white space before a comment, and on a line of its own.

Before, in `Procfile`:

    release: python manage.py migrate
     web: gunicorn shop.wsgi

After, in `Procfile`:

    release: python manage.py migrate
    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.procfile import Procfile
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for indented lines.
    """
    for line in procfile.lines:
        if line.indent and line.meant:
            yield rule.finding(
                procfile.source,
                line.start,
                f"White space before '{line.meant['name']}': heroku local refuses it",
                fix="Begin the line with the name.",
                edits=[Edit(line.start, line.start + line.indent, "")],
            )
    for number, text in enumerate(procfile.source.lines, 1):
        rest = text.lstrip()
        if text != rest and rest[:1] in ("", "#"):
            start = procfile.source.start(number)
            before = "a comment" if rest else "nothing"
            yield rule.finding(
                procfile.source,
                start,
                f"White space before {before}: heroku local refuses it",
                fix="Take it away.",
                edits=[Edit(start, start + len(text) - len(rest), "")],
            )
