"""
A script is run by its name, and may not be run.

"Permission denied": git keeps whether a file is a program, and this one is none. A shell that is
given the file does not ask.

Before, in `Procfile`:

    release: ./bin/release.sh

Before, in `bin/release.sh`:

    #!/bin/sh
    python manage.py migrate --no-input

After, in `Procfile`:

    release: sh bin/release.sh

After, in `bin/release.sh`:

    #!/bin/sh
    python manage.py migrate --no-input
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.scripts import Script, scripts
from heroku_support.manifests.source import is_executable

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look at the mode that git has, without a repository at the file's.
    """
    files = project.dockerfiles.values()
    is_changed = any("chmod" in file.source.text for file in files)
    for script in scripts(project):
        is_ours = script.source.path in ("Procfile", "app.json") or not is_changed
        is_run = script.is_there and script.is_program and is_ours
        if is_run and _may_run(project, script) is False:
            yield rule.finding(
                script.source,
                script.word.start,
                f"{script.path} may not be run: it is not executable",
                fix=f"git update-index --chmod=+x {script.path}",
            )


def _may_run(project: Project, script: Script) -> bool | None:
    found = project.index.is_executable(script.path)
    return is_executable(project.root, script.path) if found is None else found
