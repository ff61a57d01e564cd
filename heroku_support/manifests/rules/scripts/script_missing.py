"""
A command runs a script of the project that is not there.

The release or the dyno ends with "No such file or directory", or Python's "can't open file". Scripts that buildpacks bring are not
missed: `bin/start-pgbouncer`, `bin/start-nginx`.

Before, in `Procfile`:

    release: ./release.sh
    web: gunicorn shop.wsgi

Before, in `manage.py`:

    # Django's

After, in `Procfile`:

    release: ./bin/release.sh
    web: gunicorn shop.wsgi

After, in `manage.py`:

    # Django's

After, in `bin/release.sh`:

    python manage.py migrate
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Iterator

from heroku_support.manifests.commands import ASSIGNMENT, Command
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.scripts import scripts

rule = Rule(__name__, "error")

FILE = re.compile(r"(?:\./)?[\w-]+(?:/[\w-]+)*\.py\Z")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for each script of what a dyno without a container runs.
    """
    if not project.is_whole or not project.is_read_by("cedar", "fir"):
        return
    brought = facts("buildpacks").words("scripts")
    for script in scripts(project):
        if script.is_there or posixpath.normpath(script.path) in brought:
            continue
        if script.source.path in ("Procfile", "app.json"):
            yield rule.finding(
                script.source,
                script.word.start,
                f"There is no {script.path}",
                fix="Add it, or correct the path.",
            )
    if project.procfile:
        for command in project.procfile.commands:
            yield from _python(project, command)


def _python(project: Project, command: Command) -> Iterator[Finding]:
    for part in command.parts:
        words = [word for word in part.words if not ASSIGNMENT.match(word.text)]
        if words and words[0].text == "cd":  # what follows is elsewhere
            return
        if len(words) < 2 or words[0].text not in ("python", "python3"):
            continue
        word = words[1]
        if not FILE.match(word.text) or project.has(word.text):
            continue
        close = difflib.get_close_matches(word.text, sorted(project.names), n=1)
        is_there = bool(close) and project.has(close[0])
        yield rule.finding(
            command.source,
            word.start,
            f"There is no {word.text}",
            fix=f"Write: {close[0]}" if is_there else "Add it, or correct the path.",
        )
