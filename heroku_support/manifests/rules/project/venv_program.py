"""
A Procfile runs a program out of a virtual environment.

The buildpack makes none: it puts the programs of all packages on `PATH`. The dyno ends with "No such
file or directory".

Before, in `Procfile`:

    web: venv/bin/gunicorn shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.scripts import HOOKS, SHELLS

rule = Rule(__name__, "error")

PROGRAM = re.compile(
    r"(?:\./)?(?P<path>\.?(?:venv|virtualenv)/bin/(?P<name>[\w.-]+))\Z"
)


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for its folder in front of each program.
    """
    manifest, procfile = project.app_json, project.procfile
    if not procfile or not project.is_read_by("cedar", "fir"):
        return
    if any(map(project.has, HOOKS)) or (manifest and manifest.root.get("buildpacks")):
        return  # which may make one
    for command in procfile.commands:
        for part in command.parts:
            words = [word for word in part.words if "=" not in word.text]
            is_read = bool(words) and words[0].text in SHELLS
            word = next(iter(words[1:] if is_read else words), None)
            match = PROGRAM.match(word.text) if word else None
            if word and match and not project.is_tracked(match["path"]):
                yield rule.finding(
                    command.source,
                    word.start,
                    f"There is no {word.text} on a dyno: programs are on PATH",
                    fix="Remove this part: nothing is to be activated."
                    if match["name"].startswith("activate")
                    else f"Write: {match['name']}",
                )
