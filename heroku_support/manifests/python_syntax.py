"""
What the syntax of a statement alone tells.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception"})


def touched(node: ast.stmt) -> Iterator[str]:
    """
    Return the names that a statement may change.
    """
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, (ast.Store, ast.Del)):
            yield each.id
        elif isinstance(each, ast.Subscript) and not isinstance(each.ctx, ast.Load):
            yield root(each) or ""
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            yield from filter(None, [root(each.func)])


def root(node: ast.expr) -> str | None:
    """
    Return the name that an attribute or an item is of.
    """
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def catches_import(handler: ast.ExceptHandler) -> bool:
    """
    Whether it goes on where a module is missing.
    """
    if handler.type is None:
        return True
    return any(
        isinstance(each, ast.Name) and each.id in IMPORT_ERRORS
        for each in ast.walk(handler.type)
    )
