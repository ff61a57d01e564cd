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

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import SERVERS
from heroku_support.manifests.source import Source

rule = Rule(__name__, "error")

NOT_SERVING = {"release", "worker", "beat", "clock", "scheduler", "celery"}


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for a server under another name, and for what else there is.
    """
    procfile, manifest = project.procfile, project.heroku_yml
    if procfile and project.is_read_by("cedar", "fir") and "web" not in procfile.names:
        lines = [(each.command, each.start) for each in procfile.processes]
        yield from _found(project, procfile.source, lines)
    if manifest and project.is_read_by("container"):
        run = [(each, each.start) for each in manifest.commands]
        if "web" in {*manifest.images, *manifest.section("run").names()}:
            return
        found = list(_found(project, manifest.source, run))
        yield from found or _images(manifest)


def _found(
    project: Project, source: Source, lines: list[tuple[Command, int]]
) -> Iterator[Finding]:
    names = [command.process for command, _ in lines]
    if any(name.lower() == "web" for name in names):  # name-upper-case says so
        return
    for command, start in lines:
        if command.process != "release" and command.call(*SERVERS):
            yield rule.finding(
                source,
                start,
                f"'{command.process}' serves, and only 'web' is sent requests",
                fix=f"Write: web: {command.text}",
            )
            return
    if lines and project.is_whole and project.has("manage.py"):
        yield rule.finding(
            source,
            lines[0][1],
            f"No process is called 'web': there are {', '.join(dict.fromkeys(names))}",
            fix="Add: web: gunicorn PROJECT.wsgi",
            severity="warning",  # an app that only works is possible
        )


def _images(manifest: HerokuYml) -> Iterator[Finding]:
    names = [name for name in manifest.images if name not in NOT_SERVING]
    if len(names) == 1:
        yield rule.finding(
            manifest.source,
            manifest.images[names[0]].entry.key.start,
            f"No image is called 'web', which alone is sent requests: there is {names[0]}",
            fix="Write: web:",
            severity="warning",
        )
