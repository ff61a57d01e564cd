"""
The house: what may import what, and what importing costs.
"""

from __future__ import annotations

import ast
import configparser
import pkgutil
from pathlib import Path

import pytest

import heroku_support

PACKAGE = Path(heroku_support.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FUNCTION = 40  # lines, without its docstring


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    documented = ast.get_docstring(function) is not None
    body = function.body[1:] if documented else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_function_is_longer_than_a_reader_can_hold():
    assert [
        (path, node.name)
        for path in MODULES
        for node in functions(path)
        if length(node) > LONGEST_FUNCTION
    ] == []


def test_public_things_have_a_docstring():
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    missing = [
        (path, getattr(node, "name", "module"))
        for path in MODULES
        if (text := path.read_text().strip())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, documented)
        and not getattr(node, "name", "public").startswith("_")
        and ast.get_docstring(node) is None
    ]

    assert [each for each in missing if each[1] not in NESTED] == []


# Functions inside functions, which nobody can call.
NESTED = {"read", "error", "check"}


def test_only_the_dyno_reads_the_environment():
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if {"os.environ", "os.getenv", "sys.argv"} & attributes(path)
    }

    assert readers == {"dyno.py"}


def attributes(path: Path) -> set[str]:
    # Of the code: a text may name them, in a fix or a docstring.
    tree = ast.parse(path.read_text())
    return {
        ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }


@pytest.mark.source
def test_every_module_has_its_floor():
    setup = configparser.ConfigParser()
    setup.read(PACKAGE.parent / "setup.cfg")
    layers = setup["importlinter:contract:floors"]["layers"].replace("|", "\n").split()
    found = {module.name for module in pkgutil.iter_modules(heroku_support.__path__)}

    assert set(layers) == found
