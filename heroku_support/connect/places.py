"""
Where a setting stands: the file of the settings, and the line.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from heroku_support.manifests.live import Place
from heroku_support.manifests.source import Position

NO_MODULE = "manage.py"


def place(name: str, root: Path) -> Place:
    """
    Return where a setting is assigned last, else the beginning of the settings.

    A settings module may import the names of others.

    :param root: the project's folder, from which the path is told.
    """
    # None where the settings are no module of their own.
    module: str = settings.SETTINGS_MODULE or ""
    if not module:
        return Place(NO_MODULE)
    for each in (module, *_beside(module)):
        path = getattr(sys.modules.get(each), "__file__", None)
        positions = list(_assignments(name, path)) if path else []
        if positions and path:
            return Place(told(path, root), max(positions))
    return Place(f"{module.replace('.', '/')}.py")


def _beside(module: str) -> list[str]:
    package = f"{module.rpartition('.')[0]}."
    return sorted(
        each
        for each in list(sys.modules)
        if each.startswith(package) or each.rpartition(".")[2] == "settings"
    )


def told(path: str, root: Path) -> str:
    """
    Return a path from the project's folder; of a file elsewhere its name.
    """
    found = Path(path).resolve()
    base = root.resolve()
    if found.is_relative_to(base):
        return found.relative_to(base).as_posix()
    return found.name


def _assignments(name: str, path: str) -> Iterator[Position]:
    for node in ast.walk(ast.parse(Path(path).read_bytes())):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield Position(target.lineno, target.col_offset + 1)
