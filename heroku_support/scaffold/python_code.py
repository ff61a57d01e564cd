"""
What a module of a project says, by its syntax tree: nothing of a project is ever run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from heroku_support.manifests.project import Project
from heroku_support.manifests.source import Source
from heroku_support.redaction import is_secret_name
from heroku_support.scaffold.errors import ScaffoldError

# What is looked into for assignments; what a function or a class assigns is its own.
BRANCHES = (ast.If, ast.For, ast.While, ast.Try, ast.With)
Statement = ast.Assign | ast.AnnAssign | ast.AugAssign
JOINS = {"join", "joinpath"}


class NotLiteralError(Exception):
    """
    A value that only running the module would tell.
    """


@dataclass(frozen=True)
class InBaseDir:
    """
    ``BASE_DIR / "db.sqlite3"``, as the path from there.
    """

    path: str


@dataclass(frozen=True)
class Assignment:
    """
    A statement that gives a name a value.

    :param is_top: whether it stands in the module itself, under no condition.
    """

    name: str
    node: Statement
    is_top: bool

    @cached_property
    def value(self) -> Any:
        """
        The value, if it is written out.

        :raises NotLiteralError: if it is not.
        """
        if self.node.value is None or isinstance(self.node, ast.AugAssign):
            raise NotLiteralError(self.name)
        return literal(self.node.value)


def read_module(project: Project, path: str) -> Module:
    """
    Return a module of a project.

    :raises ScaffoldError: if it cannot be read, or is no Python.
    """
    found = project.read(path)
    if found is None:
        raise ScaffoldError(str(project.errors[path]))
    try:
        return Module(found)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        version = "{}.{}".format(*sys.version_info)
        raise ScaffoldError(
            f"{path}:{line} is not Python {version}: correct it first."
        ) from None


class Module:
    """
    A module's statements and where they stand in its text.

    :raises SyntaxError: if it is none.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tree = ast.parse(source.text)

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """
        All of them, in their order.
        """
        return tuple(_assignments(self.tree.body, is_top=True))

    def assigned(self, name: str) -> list[Assignment]:
        """
        Return those of one name.
        """
        return [each for each in self.assignments if each.name == name]

    def strings(self, name: str) -> list[str]:
        """
        Return every text in what a name is given.
        """
        values = (each.node.value for each in self.assigned(name) if each.node.value)
        return [text for value in values for text in _texts(value)]

    def calls(self, *names: str) -> bool:
        """
        Whether one of these is called, by whatever path.
        """
        calls = (
            node.func for node in ast.walk(self.tree) if isinstance(node, ast.Call)
        )
        return any(
            getattr(called, "id", getattr(called, "attr", None)) in names
            for called in calls
        )

    @cached_property
    def secrets(self) -> frozenset[str]:
        """
        Texts that stand under the name of a secret, line by line as they are written.
        """
        pairs: list[tuple[object, ast.expr | None]] = []
        for each in self.assignments:
            pairs.append((each.name, each.node.value))
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Dict):
                names = [getattr(key, "value", None) for key in node.keys]
                pairs += zip(names, node.values, strict=True)
        return frozenset(
            line.strip()
            for name, node in pairs
            if isinstance(name, str) and is_secret_name(name)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            if node.value
            for line in self.source.text[self.start(node) : self.end(node)].splitlines()
        )

    def start(self, node: ast.expr | ast.stmt) -> int:
        """
        Return where a node begins in the text.
        """
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        """
        Return where it ends.
        """
        return self.offset(node.end_lineno or 0, node.end_col_offset or 0)

    def offset(self, line: int, column: int) -> int:
        """
        Return the character at a line, from 1, and a column in bytes of UTF-8.
        """
        before = self.source.line(line).encode()[:column]
        return self.source.start(line) + len(before.decode())


def is_python(text: str) -> bool:
    """
    Whether a text is a module.
    """
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def literal(node: ast.expr) -> Any:
    """
    Return a value that is written out, with paths from ``BASE_DIR`` as such.

    :raises NotLiteralError: if it is not.
    """
    if isinstance(node, ast.Dict) and all(node.keys):
        keys = [literal(key) for key in node.keys if key]
        return dict(zip(keys, map(literal, node.values), strict=True))
    if isinstance(node, (ast.List, ast.Tuple)):
        return [literal(item) for item in node.elts]
    if isinstance(node, ast.Constant):
        return node.value
    path = _in_base_dir(node)
    if path is None:
        raise NotLiteralError
    return InBaseDir(path)


def _in_base_dir(node: ast.expr) -> str | None:
    # BASE_DIR / "a", os.path.join(BASE_DIR, "a"), BASE_DIR.joinpath("a"), str(any of them)
    if isinstance(node, ast.Name):
        return "" if node.id == "BASE_DIR" else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _below(node.left, [node.right])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr not in JOINS:
            return None
        first, *rest = [*node.args, ast.Constant("")]
        if node.func.attr == "joinpath":
            return _below(node.func.value, node.args)
        return _below(first, rest)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        is_text = node.func.id == "str" and len(node.args) == 1
        return _in_base_dir(node.args[0]) if is_text else None
    return None


def _below(base: ast.expr, parts: Sequence[ast.expr]) -> str | None:
    start = _in_base_dir(base)
    texts = [getattr(part, "value", None) for part in parts]
    if start is None or not all(isinstance(text, str) for text in texts):
        return None
    return "/".join(filter(None, [start, *map(str, texts)]))


def _assignments(statements: list[ast.stmt], *, is_top: bool) -> Iterator[Assignment]:
    for node in statements:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for name in _names(target):
                    only = len(node.targets) == 1 and isinstance(target, ast.Name)
                    yield Assignment(name, node, is_top and only)
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
            for name in _names(node.target):
                yield Assignment(name, node, is_top)
        elif isinstance(node, BRANCHES):
            for part in ("body", "orelse", "finalbody"):
                yield from _assignments(getattr(node, part, []), is_top=False)
            for handler in getattr(node, "handlers", []):
                yield from _assignments(handler.body, is_top=False)


def _names(target: ast.expr) -> list[str]:
    if isinstance(target, (ast.Tuple, ast.List)):
        return [name for each in target.elts for name in _names(each)]
    return [target.id] if isinstance(target, ast.Name) else []


def _texts(node: ast.expr) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value
