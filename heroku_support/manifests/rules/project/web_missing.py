"""
No process is called `web`.

Only `web` is sent requests and has a `$PORT`. A server under another name listens in vain.

Before, in `Procfile`:

    app: gunicorn shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import SERVERS

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for a server under another name.
    """
    procfile, manifest = project.procfile, project.heroku_yml
    if procfile and project.is_read_by("cedar", "fir") and "web" not in procfile.names:
        for process in procfile.processes:
            if process.name.lower() != "web" and process.command.call(*SERVERS):
                yield rule.finding(
                    procfile.source,
                    process.start,
                    f"'{process.name}' serves, and only 'web' is sent requests",
                    fix=f"Write: web: {process.command.text}",
                )
                return
    if manifest and project.is_read_by("container"):
        names = {*manifest.images, *manifest.section("run").names()}
        for command in manifest.commands:
            if (
                "web" not in names
                and command.process != "release"
                and command.call(*SERVERS)
            ):
                yield rule.finding(
                    manifest.source,
                    command.start,
                    f"'{command.process}' serves, and only 'web' is sent requests",
                    fix=f"Call it web: {command.text}",
                )
                return
