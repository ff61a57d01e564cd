"""
Which module is the settings' on a dyno.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from heroku_support.manifests.commands import Command
from heroku_support.manifests.python_values import offset, parse
from heroku_support.manifests.serving import application
from heroku_support.manifests.source import Source
from heroku_support.manifests.toml_text import TomlError, TomlMissingError
from heroku_support.manifests.toml_text import parse as parse_toml

NAME = "DJANGO_SETTINGS_MODULE"
DEPTH = 2  # folders; heroku-buildpack-python v351 looks for manage.py so far


class Files(Protocol):
    """
    What is asked of a project.
    """

    only: str | None

    @property
    def names(self) -> frozenset[str]:
        """
        What the root holds.
        """

    @property
    def commands(self) -> tuple[Command, ...]:
        """
        Everything that a process runs.
        """

    @property
    def variables(self) -> dict[str, str]:
        """
        The config vars that the files give a value.
        """

    def has(self, name: str) -> bool:
        """
        Whether there is such a file.
        """

    def code(self, name: str) -> Source | None:
        """
        Return a file's text.
        """

    def folder(self, name: str) -> frozenset[str]:
        """
        Return what a folder holds.
        """

    def is_tracked(self, name: str) -> bool:
        """
        Whether git has the file.
        """


@dataclass(frozen=True)
class Location:
    """
    A module's dotted name, and where it is said.
    """

    module: str
    source: Source | None = None
    start: int = 0
    end: int = 0


def locations(project: Files) -> Iterator[Location]:
    """
    Return what names the settings, what wins on a dyno first.
    """
    yield from _of_commands(project)
    if NAME in project.variables:
        yield Location(project.variables[NAME])
    yield from defaults(project)
    yield from _of_tools(project)
    for folder in folders(project):
        names = [f"{name}.settings" for name in _packages(project, folder)]
        yield from map(Location, [*names, "settings"])


def defaults(project: Files) -> Iterator[Location]:
    """
    Return what the project's own entry points name: wsgi.py, asgi.py, manage.py.
    """
    for path in _entry_points(project):
        source = project.code(path)
        if source:
            yield from _in_file(source)


def folders(project: Files) -> tuple[str, ...]:
    """
    Return the folders that a top-level module may be in.
    """
    found = [""]
    for name in sorted(project.names):
        if not name.startswith(".") and project.has(f"{name}/manage.py"):
            found.append(f"{name}/")
    return tuple(found)


def _of_commands(project: Files) -> Iterator[Location]:
    for command in project.commands:
        for part in command.parts:
            word = part.assignments.get(NAME)
            if word:
                yield Location(word.text, command.source, word.start, word.end)
            for each in part.words:
                name, equals, value = each.text.partition("=")
                if name == "--settings" and equals:
                    yield Location(value, command.source, each.start, each.end)


def _entry_points(project: Files) -> Iterator[str]:
    for command in project.commands:
        word = application(command)
        if word:
            module = word.text.partition(":")[0].replace(".", "/")
            yield from (f"{folder}{module}.py" for folder in folders(project))
    for folder in folders(project):
        for name in _packages(project, folder):
            yield from (f"{folder}{name}/{kind}.py" for kind in ("wsgi", "asgi"))
        yield f"{folder}manage.py"


def _packages(project: Files, folder: str) -> list[str]:
    names = project.names if not folder else project.folder(folder)
    return sorted(name for name in names if name.isidentifier())


def _in_file(source: Source) -> Iterator[Location]:
    if NAME not in source.text:
        return
    tree = parse(source)
    for node in ast.walk(tree) if isinstance(tree, ast.Module) else ():
        value = _assigned(node)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            start = offset(source, value.lineno, value.col_offset)
            end = offset(source, value.end_lineno or 0, value.end_col_offset or 0)
            yield Location(value.value, source, start, end)


def _assigned(node: ast.AST) -> ast.expr | None:
    # os.environ.setdefault(NAME, "…"), and os.environ[NAME] = "…"
    if isinstance(node, ast.Call) and len(node.args) == 2 and _is_name(node.args[0]):
        return node.args[1]
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return node.value if _is_name(node.targets[0].slice) else None
    return None


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == NAME


def _of_tools(project: Files) -> Iterator[Location]:
    source = project.code("pyproject.toml")
    try:
        tools = parse_toml(source.text).get("tool", {}) if source else {}
        pytest = tools.get("pytest", {}).get("ini_options", {}).get(NAME)
        stubs = tools.get("django-stubs", {}).get("django_settings_module")
    except (TomlError, TomlMissingError, AttributeError):
        return
    yield from (Location(each) for each in (stubs, pytest) if isinstance(each, str))
