"""
Find the tests that the lists of promises name.
"""

from __future__ import annotations

import ast
from pathlib import Path

TESTS = Path(__file__).resolve().parent


def missing(row: str) -> list[str]:
    """
    Return which of a row's tests, written as `folder/file.py::name`, do not exist.
    """
    return [test for test in row.split() if not _exists(*test.split("::"))]


def _exists(file: str, name: str) -> bool:
    tree = ast.parse((TESTS / file).read_text())
    return any(
        isinstance(node, ast.FunctionDef) and node.name == name for node in tree.body
    )
