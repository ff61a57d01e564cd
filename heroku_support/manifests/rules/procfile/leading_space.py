"""
White space stands before the name of a process.

Cedar takes it away, Fir does so with a warning, and `heroku local web` dies of it.

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
