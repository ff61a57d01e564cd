"""
Mount the health page in the module that ``ROOT_URLCONF`` names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, applied
from heroku_support.manifests.project import Project
from heroku_support.manifests.source import Source
from heroku_support.scaffold.errors import ScaffoldError
from heroku_support.scaffold.features import code_files
from heroku_support.scaffold.python_code import Module, is_python, read_module
from heroku_support.scaffold.settings_edits import line_after

OURS = "heroku_support.urls"
LINE = f'path("", include("{OURS}")),'
NEEDED = ("include", "path")
DJANGOS = {"django.conf.urls", "django.urls", "django.urls.conf"}
# Somebody's own address, which the page's would stand before.
ADDRESS = re.compile(r"""["'^/]health""")


class UrlsFile:
    """
    The module with the project's ``urlpatterns``.

    :param settings: the settings module, which names it.
    """

    def __init__(self, project: Project, settings: Module) -> None:
        self.project = project
        self.path = _path(project, settings)
        self.module = _module(project, self.path)

    @property
    def source(self) -> Source | None:
        """
        The file as it is, None where there is none.
        """
        return self.module.source if self.module else None

    @property
    def has_page(self) -> bool:
        """
        Whether the page is there.
        """
        return bool(self.source and OURS in self.source.text)

    @property
    def note(self) -> str:
        """
        What is to be written by hand.
        """
        where = f"{self.path}: begin" if self.path else "Begin"
        return f"{where} urlpatterns with {LINE} for the page at /health/."

    def mounted(self) -> str:
        """
        Return the text with the page, empty where somebody has to decide.
        """
        if self.module is None or self._has_address_like_it:
            return ""
        source = self.module.source
        first, importing = _first_pattern(self.module), _import(self.module)
        if first is None or importing is None:
            return ""
        start = source.start(first.lineno)
        indent = source.text[start : self.module.start(first)]
        is_single = source.text.count("'") > source.text.count('"')
        line = LINE.replace('"', "'") if is_single else LINE
        edits = [importing, Edit(start, start, f"{indent}{line}{source.newline}")]
        text = applied(source.text, edits)
        return text if is_python(text) else ""

    @property
    def _has_address_like_it(self) -> bool:
        read = (
            self.project.read(path)
            for path in code_files(self.project.root, depth=3)
            if path.endswith("urls.py") or path == self.path
        )
        return any(found and ADDRESS.search(found.text) for found in read)


def _path(project: Project, settings: Module) -> str:
    names = settings.strings("ROOT_URLCONF")
    if len(names) != 1:
        return ""
    path = names[0].replace(".", "/")
    paths = (f"{path}.py", f"{path}/__init__.py")
    return next((each for each in paths if project.has(each)), "")


def _module(project: Project, path: str) -> Module | None:
    if not path:
        return None
    try:
        return read_module(project, path)
    except ScaffoldError:  # Python of another version; its settings could be read
        return None


def _first_pattern(module: Module) -> ast.expr | None:
    # Of a list with a pattern a line, in which another line has its place.
    for each in module.assigned("urlpatterns")[:1]:
        node = each.node.value
        if each.is_top and isinstance(node, ast.List) and node.elts:
            start = module.source.start(node.elts[0].lineno)
            indent = module.source.text[start : module.start(node.elts[0])]
            return None if indent.strip() else node.elts[0]
    return None


def _import(module: Module) -> Edit | None:
    """
    Return what imports the functions, None where their names are something else's.
    """
    bound = dict(_bound(module.tree))
    if "*" in bound or any(
        bound.get(name, "") not in {"", *DJANGOS} for name in NEEDED
    ):
        return None
    missing = [name for name in NEEDED if name not in bound]
    above = [
        node
        for node in module.tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    if not missing or not above:
        return None if missing else Edit(0, 0, "")
    for node in above:
        is_theirs = isinstance(node, ast.ImportFrom) and node.module == "django.urls"
        start, end = module.start(node), module.end(node)
        if is_theirs and module.source.text[start:end].count("(") == 0:
            names = [ast.unparse(alias) for alias in node.names]
            is_sorted = names == sorted(names)
            names = sorted([*names, *missing]) if is_sorted else [*names, *missing]
            return Edit(start, end, f"from django.urls import {', '.join(names)}")
    at = line_after(module, above[-1])
    line = f"from django.urls import {', '.join(missing)}{module.source.newline}"
    return Edit(at, at, line)


def _bound(tree: ast.Module) -> Iterator[tuple[str, str]]:
    # Each name that the module gives something to, and the module that it is imported from.
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            origin = node.module if node.module and not node.level else "."
            for alias in node.names:
                name = origin if not alias.asname or alias.asname == alias.name else "."
                yield alias.asname or alias.name, name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], "."
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, "."
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, "."
