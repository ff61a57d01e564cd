"""
The command begins with `poetry run` or `uv run`.

Both are there while the buildpack builds, and not on a dyno (heroku-buildpack-python v351): the
process ends with "command not found". What they would find is on the `PATH` already.

Before, in `Procfile`:

    web: poetry run gunicorn shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look at the Procfile, unless the tool is installed as a package.
    """
    # Beside a heroku.yml, a Procfile is for the own machine, where they are.
    if not project.procfile or project.target.name == "container":
        return
    found = project.dependencies
    for command in project.procfile.commands:
        for call in command.calls("poetry", "uv"):
            name = call.program.text
            if not call.arguments or call.arguments[0].text != "run":
                continue
            if found and found.requirements and name in found.names:
                continue
            rest = call.arguments[1:]
            is_plain = bool(rest) and not rest[0].text.startswith("-")
            yield rule.finding(
                command.source,
                call.program.start,
                f"{name} is there during the build only, not on a dyno",
                fix=f"Remove '{name} run'.",
                edits=[Edit(call.program.start, rest[0].start, "")] if is_plain else [],
            )
