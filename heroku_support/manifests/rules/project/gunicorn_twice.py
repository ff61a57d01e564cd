"""
The command and gunicorn.conf.py say different things.

gunicorn reads the file in the folder that it starts in, and what the command says wins: what is
changed in the file changes nothing.

Before, in `Procfile`:

    web: gunicorn --workers 2 shop.wsgi

Before, in `gunicorn.conf.py`:

    workers = 4

After, in `Procfile`:

    web: gunicorn shop.wsgi

After, in `gunicorn.conf.py`:

    workers = 4
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import server

rule = Rule(__name__, "warning")

FILE = "gunicorn.conf.py"
OPTIONS = {
    "bind": ("-b", "--bind"),
    "workers": ("-w", "--workers"),
    "threads": ("--threads",),
    "timeout": ("-t", "--timeout"),
    "worker_class": ("-k", "--worker-class"),
}


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for options of the command that the file sets too.
    """
    if FILE not in project.names or project.only:
        return
    names = _assigned(project)
    for command in project.commands:
        call = server(command, "gunicorn")
        if not call or call.option("-c", "--config"):
            continue
        for name, options in OPTIONS.items():
            word = call.option(*options)
            if word and name in names:
                yield rule.finding(
                    command.source,
                    word.start,
                    f"{FILE} sets {name} too (line {names[name]}), and this wins",
                    fix="Keep one of the two.",
                )


def _assigned(project: Project) -> dict[str, int]:
    source = project.read(FILE)
    try:
        body = ast.parse(source.text if source else "").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {
        target.id: each.lineno
        for each in body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
