"""
gunicorn is given a module that there is not.

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

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import application

rule = Rule(__name__, "error")


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
        if (
            not word
            or not is_own
            or any(map(project.has, (f"{path}.py", f"{path}/__init__.py")))
        ):
            continue
        found = sorted(
            f"{name}.{kind}"
            for name in project.names
            for kind in ("wsgi", "asgi")
            if name.isidentifier() and project.has(f"{name}/{kind}.py")
        )
        if found or package in project.names:
            yield rule.finding(
                command.source,
                word.start,
                f"There is no module {module}",
                fix=f"Write: {found[0]}"
                if found
                else f"Add {path}.py, or correct the name.",
            )
