"""
What a project says it depends on, in pyproject.toml or a Pipfile, before a lock is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from heroku_support.manifests.requirements import NAME, normal
from heroku_support.manifests.source import Source
from heroku_support.manifests.toml_document import TomlDocument

MAIN = ""  # the group that Heroku installs
PYTHON: tuple[tuple[str, ...], ...] = (
    ("project", "requires-python"),
    ("tool", "poetry", "dependencies", "python"),
)


@dataclass(frozen=True)
class Wanted:
    """
    A package that is asked for.

    :param name: in lower case, with hyphens.
    :param group: :data:`MAIN`, or the group or extra that it belongs to.
    :param is_conditional: whether a marker may leave it out.
    """

    name: str
    specifier: str
    group: str
    is_conditional: bool
    start: int


@dataclass(frozen=True)
class Declared:
    """
    The packages, and what else a lock is made of.

    :param python: the versions of Python that it is for, empty where it says nothing.
    """

    source: Source
    document: TomlDocument
    wanted: tuple[Wanted, ...]
    python: str
    python_start: int

    def names(self, *, main: bool) -> frozenset[str]:
        """
        The names in the main group, or in all the others.
        """
        return frozenset(
            each.name for each in self.wanted if (each.group == MAIN) is main
        )


def from_pyproject(source: Source) -> Declared:
    """
    Return what ``[project]``, ``[dependency-groups]`` and ``[tool.poetry]`` ask for.
    """
    document = TomlDocument(source)
    wanted = [
        *_listed(document, MAIN, "project", "dependencies"),
        *_groups(document, "project", "optional-dependencies"),
        *_groups(document, "dependency-groups"),
        *_named(document, MAIN, "tool", "poetry", "dependencies"),
        *_named(document, "dev", "tool", "poetry", "dev-dependencies"),
    ]
    for group in document.table("tool", "poetry", "group"):
        # Poetry installs a group called main together with the rest of it.
        name = MAIN if group == "main" else group
        wanted += _named(
            document, name, "tool", "poetry", "group", group, "dependencies"
        )
    for path in PYTHON:
        python = document.get(*path)
        if isinstance(python, str):
            place = document.place(*path)
            return Declared(source, document, tuple(wanted), python, place)
    return Declared(source, document, tuple(wanted), "", 0)


def from_pipfile(source: Source) -> Declared:
    """
    Return what ``[packages]`` and ``[dev-packages]`` ask for.
    """
    document = TomlDocument(source)
    wanted = [
        *_named(document, MAIN, "packages"),
        *_named(document, "dev-packages", "dev-packages"),
    ]
    python = document.get("requires", "python_version")
    place = document.place("requires", "python_version")
    return Declared(
        source,
        document,
        tuple(wanted),
        f"=={python}.*" if isinstance(python, str) else "",
        place,
    )


def _groups(document: TomlDocument, *path: str) -> Iterator[Wanted]:
    for group in document.table(*path):
        yield from _listed(document, group, *path, group)


def _listed(document: TomlDocument, group: str, *path: str) -> Iterator[Wanted]:
    found = document.get(*path)
    for each in found if isinstance(found, list) else ():
        match = NAME.match(each) if isinstance(each, str) else None
        if match:
            name = normal(match["name"])
            start = document.quoted(each, *path)
            specifier = match["specifier"].strip()
            yield Wanted(name, specifier, group, ";" in each, start)


def _named(document: TomlDocument, group: str, *path: str) -> Iterator[Wanted]:
    for name, value in document.table(*path).items():
        if name.lower() == "python":
            continue
        yield Wanted(
            normal(name),
            _version(value),
            group,
            _is_conditional(value),
            document.place(*path, name),
        )


def _version(value: Any) -> str:
    found = value.get("version") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else ""


def _is_conditional(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return isinstance(value, list)
    keys = {"markers", "python", "platform", "optional", "sys_platform"}
    return bool(keys & set(value)) or any(re.match("python_", key) for key in value)
