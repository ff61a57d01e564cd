"""
What is changed in a settings file around the block: the edits, one function a kind.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable

from heroku_support.manifests.findings import Edit
from heroku_support.scaffold.python_code import Assignment, Module
from heroku_support.scaffold.survey import GEO, SEARCH, Survey

# startproject's comments on what is replaced, of any version.
COMMENT = re.compile(
    r"# (Quick-start development settings - unsuitable for production|Database|Email"
    r"|(See )?https://docs\.djangoproject\.com/\S*(/checklist/|#databases|/topics/email/\S*)"
    r"|SECURITY WARNING: keep the secret key used in production secret!"
    r"|SECURITY WARNING: don't run with debug turned on in production!)\Z"
)
IMPORT = "from heroku_support import Heroku\n"
IMPORT_PATH = "from pathlib import Path\n"
PATH_IMPORTED = re.compile(r"^from pathlib import .*\bPath\b", re.MULTILINE)
LISTS = {"INSTALLED_APPS": "installed_apps", "MIDDLEWARE": "middleware"}
# Apps that a feature needs, where it was asked for and the list has not.
APPS = {GEO: "django.contrib.gis", SEARCH: "haystack"}


def line_after(module: Module, node: ast.stmt | ast.expr) -> int:
    """
    Return where the line behind a statement begins.
    """
    return module.source.start((node.end_lineno or 0) + 1)


def removal(module: Module, each: Assignment) -> Edit:
    """
    Take an assignment away, with startproject's comments above and the empty lines below.
    """
    line = module.source.line
    first = number = each.node.lineno
    while number > 1 and (
        not line(number - 1).strip() or COMMENT.match(line(number - 1))
    ):
        number -= 1
        first = number if line(number).strip() else first
    end = each.node.end_lineno or 0
    while end < len(module.source.lines) and not line(end + 1).strip():
        end += 1
    return Edit(module.source.start(first), module.source.start(end + 1), "")


def place(module: Module, removals: Iterable[Edit]) -> int:
    """
    Return where the block belongs: where the first value that it replaces stood.

    Below ``BASE_DIR``, which it needs, and above the lists of apps and middleware, which need it.
    """
    base_dir = next(each for each in module.assigned("BASE_DIR") if each.is_top)
    after = line_after(module, base_dir.node)
    starts = [each.start for each in removals]
    for name in LISTS:
        starts += [_commented(module, each) for each in module.assigned(name)]
    return min((start for start in starts if start >= after), default=after)


def _commented(module: Module, each: Assignment) -> int:
    number = each.node.lineno
    while module.source.line(number - 1).startswith("#"):
        number -= 1
    return module.source.start(number)


def imports(module: Module, block: int, *, needs_path: bool) -> Edit:
    """
    Import what the block needs, behind the last import above it.

    :param block: where the block begins.
    """
    newline = module.source.newline
    above = [
        node
        for node in module.tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom)) and module.start(node) < block
    ]
    needed = IMPORT
    if needs_path and not PATH_IMPORTED.search(module.source.text):
        needed = f"{IMPORT_PATH}\n{IMPORT}"
    if not above:
        return Edit(block, block, f"{needed}\n".replace("\n", newline))
    last = above[-1]
    name = getattr(last, "module", None) or last.names[0].name
    is_standard = name.partition(".")[0] in sys.stdlib_module_names
    between = "\n" if is_standard and needed == IMPORT else ""
    at = line_after(module, last)
    end = "\n" if at == block else ""
    return Edit(at, at, f"{between}{needed}{end}".replace("\n", newline))


def wrapped(module: Module, block: int, survey: Survey) -> list[Edit]:
    """
    Put the helpers around the lists of apps and middleware.
    """
    edits = []
    for name, helper in LISTS.items():
        node = wrappable(module, name, block)
        if node:
            start, end = module.start(node), module.end(node)
            edits += [Edit(start, start, f"heroku.{helper}("), Edit(end, end, ")")]
            if name == "INSTALLED_APPS" and isinstance(node, ast.List):
                edits += _apps(module, node, survey)
    return edits


def wrappable(module: Module, name: str, block: int) -> ast.expr | None:
    """
    Return the value that a helper can be put around, None where that would not do.

    Of a tuple a list would come back, to which no tuple can be added.
    """
    for each in module.assigned(name)[:1]:
        node = each.node.value
        is_fit = each.is_top and not isinstance(node, ast.Tuple)
        return node if node and is_fit and module.start(node) >= block else None
    return None


def _apps(module: Module, node: ast.List, survey: Survey) -> list[Edit]:
    present = module.strings("INSTALLED_APPS")
    missing = [
        app
        for feature, app in APPS.items()
        if survey.has(feature) and app not in present
    ]
    if not missing or not node.elts or node.elts[-1].lineno == node.lineno:
        return []
    last = node.elts[-1]
    line = module.source.line(last.lineno)
    indent = line[: len(line) - len(line.lstrip())]
    quote = module.source.text[module.start(last)]
    newline = module.source.newline
    lines = "".join(f"{indent}{quote}{app}{quote},{newline}" for app in missing)
    at = line_after(module, last)
    return [Edit(at, at, lines)]
