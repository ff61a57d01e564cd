"""
gunicorn is given a module that there is not, or a name that the module has not.

The worker fails to boot (`ModuleNotFoundError`), and the app with it (H10).

Before, in `Procfile`:

    web: gunicorn store.wsgi

Before, in `manage.py`:

    # Django's

Before, in `shop/wsgi.py`:

    application = None

After, in `Procfile`:

    web: gunicorn shop.wsgi

After, in `manage.py`:

    # Django's

After, in `shop/wsgi.py`:

    application = None
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.commands import Command, Word
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import application

rule = Rule(__name__, "error")

# What may make names that the text does not show.
DYNAMIC = re.compile(r"import\s*\*|\b(?:globals|vars|setattr|exec|__getattr__)\b")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the file of the module, in a project whose root has manage.py.
    """
    if not project.is_whole or not project.has("manage.py"):
        return
    for command in project.commands:
        word = application(command)
        module = word.text.partition(":")[0] if word else ""
        package = module.partition(".")[0]
        # A package that is not here may be installed.
        is_own = package in project.names or module.endswith((".wsgi", ".asgi"))
        path = module.replace(".", "/")
        if word and project.has(f"{path}.py"):
            yield from _unnamed(project, command, word)
        if (
            not word
            or not is_own
            or any(map(project.has, (f"{path}.py", f"{path}/__init__.py")))
        ):
            continue
        found = _others(project, module.rpartition(".")[2])
        if found or package in project.names:
            yield rule.finding(
                command.source,
                word.start,
                f"There is no module {module}",
                fix=f"Write: {found[0]}"
                if found
                else f"Add {path}.py, or correct the name.",
            )


def _unnamed(project: Project, command: Command, word: Word) -> Iterator[Finding]:
    module, _, name = word.text.partition(":")
    source = project.code(f"{module.replace('.', '/')}.py")
    name = re.split(r"\W", name)[0]
    # Only a name that the text does not have at all is surely absent.
    if not name or not source or DYNAMIC.search(source.text):
        return
    names = set(re.findall(r"\w+", source.text))
    if name not in names and "application" in names:
        yield rule.finding(
            command.source,
            word.start,
            f"{source.path} has no '{name}'",
            fix=f"Write: {module}",
        )


def _others(project: Project, kind: str) -> list[str]:
    # What is there of the kind that was asked for: no worker runs both.
    return sorted(
        f"{name}.{kind}"
        for name in project.names
        if name.isidentifier() and project.has(f"{name}/{kind}.py")
    )
