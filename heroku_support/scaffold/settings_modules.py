"""
Settings that stand in several modules: which the named one takes from, and which a server takes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from heroku_support.manifests.project import Project
from heroku_support.manifests.python_environment import variable
from heroku_support.manifests.settings_location import defaults
from heroku_support.manifests.settings_parts import demanded
from heroku_support.scaffold.errors import ScaffoldError
from heroku_support.scaffold.python_code import Module, read_module

APP = "heroku_support"
APPS = "INSTALLED_APPS"
# It goes into a shell's line and into YAML.
NAME_OF_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
MOST_MODULES = 20  # that one may take from, as the doctor has it


def modules(project: Project, settings: Module) -> list[Module]:
    """
    Return the settings module, and those of the project that it imports from.
    """
    found = {settings.source.path: settings}
    waiting = [settings]
    while waiting and len(found) < MOST_MODULES:
        for path in _imported(project, waiting.pop(0)):
            if path in found:
                continue
            try:
                found[path] = read_module(project, path)
            except ScaffoldError:  # too long, or Python of another version
                continue
            waiting.append(found[path])
    return list(found.values())


def has_app(found: list[Module]) -> bool:
    """
    Whether one of the modules lists this package's app.
    """
    listed = [
        app
        for module in found
        for each in module.assignments
        if each.name.endswith("APPS")
        for app in module.strings(each.name)
    ]
    is_called = any(module.calls("installed_apps") for module in found)
    return is_called or any(
        app == APP or app.startswith(f"{APP}.apps.") for app in listed
    )


def with_apps(found: list[Module]) -> str:
    """
    Return the path of the module that has the list of apps, empty where none has.
    """
    return next((each.source.path for each in found if each.assigned(APPS)), "")


def of_server(project: Project, server: str) -> str:
    """
    Return the settings module that a server's module names, empty where it names none.
    """
    path = f"{server.replace('.', '/')}.py"
    named = (each for each in defaults(project) if each.source)
    return next(
        (each.module for each in named if each.source and each.source.path == path), ""
    )


def needed(project: Project) -> tuple[str, ...]:
    """
    Return the config vars without which the settings of a dyno do not load.
    """
    found = demanded(project.settings) if project.settings else []
    return tuple(name for name in found if NAME_OF_VARIABLE.match(name))


def hosts_variable(project: Project) -> str:
    """
    Return the config var that is a list of ``ALLOWED_HOSTS``, empty where none is.
    """
    value = project.settings.get("ALLOWED_HOSTS") if project.settings else None
    read = variable(value)
    function = str(getattr(value, "function", ""))
    is_list = read and function.endswith(".list") and NAME_OF_VARIABLE.match(read.name)
    return read.name if read and is_list else ""


def _imported(project: Project, module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            parts = module.source.path.split("/")[: -node.level] if node.level else []
            path = "/".join([*parts, *filter(None, (node.module or "").split("."))])
            for each in (f"{path}.py", f"{path}/__init__.py"):
                if project.has(each):
                    yield each
