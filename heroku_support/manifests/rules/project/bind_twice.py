r"""
gunicorn is told twice, and one of the two does not count.

The command line wins over `gunicorn.conf.py` (gunicorn docs, "Configuration Overview"): who changes
the file later changes nothing.

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
from heroku_support.manifests.python_values import parse
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import server
from heroku_support.manifests.source import Source

rule = Rule(__name__, "warning")

FILE = "gunicorn.conf.py"  # which gunicorn reads by itself
OPTIONS = {
    "bind": ("-b", "--bind"),
    "workers": ("-w", "--workers"),
    "timeout": ("-t", "--timeout"),
    "worker_class": ("-k", "--worker-class"),
    "threads": ("--threads",),
}


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare the options with the names that the file assigns.
    """
    for command in project.commands:
        call = server(command, "gunicorn")
        path = call.option("-c", "--config") if call else None
        source = (
            project.code(path.text.removeprefix("./") if path else FILE)
            if call
            else None
        )
        assigned = _assigned(source) if source else {}
        for name, options in OPTIONS.items():
            word = call.option(*options) if call else None
            if word and source and name in assigned:
                yield rule.finding(
                    command.source,
                    word.start,
                    f"{source.path}:{assigned[name]} sets {name} too, and does not count",
                    fix=f"Remove {options[-1]} here, or '{name}' there.",
                )


def _assigned(source: Source) -> dict[str, int]:
    tree = parse(source)
    return {
        target.id: node.lineno
        for node in (tree.body if isinstance(tree, ast.Module) else ())
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
