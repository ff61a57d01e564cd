"""
There are a heroku.yml with `run`, and a Procfile.

Which of them counts, the app's stack decides: on `container` it is heroku.yml, and what changes in
the Procfile changes nothing.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    run:
      web: gunicorn shop.wsgi

Before, in `Procfile`:

    web: gunicorn store.wsgi

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    run:
      web: gunicorn shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for processes that differ from one file to the other.
    """
    manifest, procfile = project.heroku_yml, project.procfile
    if not manifest or not procfile or project.asked_for:
        return
    run = {command.process: command for command in manifest.commands}
    for process in procfile.processes:
        other = run.get(process.name)
        if other and other.text.split() != process.command.text.split():
            line = manifest.source.position(other.start).line
            yield rule.finding(
                procfile.source,
                process.start,
                f"'{process.name}' is another one in heroku.yml:{line}, which counts on container",
                fix="Make them equal, or remove the file that is not used.",
            )
