"""
A script does not say what runs it.

A shell takes it for one of its own, whatever it is. Without a shell around it, as in
`ENTRYPOINT ["./start.sh"]`, it is an error: "exec format error".

Before, in `Procfile`:

    release: ./bin/release.sh

Before, in `bin/release.sh`:

    python manage.py migrate --no-input

After, in `Procfile`:

    release: ./bin/release.sh

After, in `bin/release.sh`:

    #!/bin/sh
    python manage.py migrate --no-input
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.scripts import scripts, text

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look at the first line of what is run by its name.
    """
    for script in scripts(project):
        source = text(project, script.path) if script.is_there else None
        if source is None or not script.is_program or not source.text.strip():
            continue
        is_python = script.path.endswith(".py")
        if not source.text.startswith("#!"):
            yield rule.finding(
                script.source,
                script.word.start,
                f"{script.path} does not begin with what runs it",
                fix=f"Begin it with: #!{'/usr/bin/env python' if is_python else '/bin/sh'}",
                severity="error" if script.is_exec or is_python else "warning",
            )
