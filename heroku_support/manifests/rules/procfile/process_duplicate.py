"""
Two lines have the same name.

The last of them runs, the others never do: three `release:` lines are one release. Foreman and
Dokku refuse the file.

Before, in `Procfile`:

    release: python manage.py migrate
    release: python manage.py createcachetable
    web: gunicorn shop.wsgi

After, in `Procfile`:

    release: python manage.py migrate && python manage.py createcachetable
    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.procfile import Process, Procfile
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for names that come again.
    """
    seen: dict[str, Process] = {}
    for process in procfile.processes:
        first = seen.get(process.name)
        if first:
            yield _finding(procfile, first, process)
        seen[process.name] = process


def _finding(procfile: Procfile, first: Process, again: Process) -> Finding:
    edits = []
    number = again.line.number
    fix = "Give one of them another name."
    if first.command.text == again.command.text:
        start = procfile.source.start(number)
        edits.append(Edit(start, procfile.source.start(number + 1), ""))
        fix = f"Remove line {number}."
    elif again.name == "release":
        fix = f"Write: release: {first.command.text} && {again.command.text}"
    message = f"'{again.name}' again: this line overrides line {first.line.number}"
    return rule.finding(procfile.source, again.start, message, fix=fix, edits=edits)
