"""
Read a settings module, with what it takes from others of the project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from heroku_support.manifests.python_scope import Scope
from heroku_support.manifests.python_statements import ModuleMissingError, Statements
from heroku_support.manifests.python_values import parse
from heroku_support.manifests.source import Source

MOST_MODULES = 20  # that one may take from
MOST_CHARACTERS = 128 * 1024  # in all of them


class Modules:
    """
    The modules of a project, each read where one imports it.

    :param read: returns the text of a file that is deployed, None where there is none.
    :param folders: where top-level modules may be, each ending in a slash or empty.
    """

    def __init__(
        self, read: Callable[[str], Source | None], folders: Iterable[str] = ("",)
    ) -> None:
        self.read = read
        self.folders = tuple(folders)
        self._count = 0
        self._characters = 0

    def find(self, module: str) -> Source | None:
        """
        Return the file of a module by its dotted name.
        """
        for folder in self.folders:
            path = folder + module.replace(".", "/")
            found = self.read(f"{path}.py") or self.read(f"{path}/__init__.py")
            if found:
                return found
        return None

    def run(self, source: Source, scope: Scope) -> None:
        """
        Put what the module assigns into a scope.
        """
        self._count += 1
        self._characters += len(source.text)
        tree = parse(source)
        too_much = self._count > MOST_MODULES or self._characters > MOST_CHARACTERS
        if isinstance(tree, SyntaxError) or too_much:
            scope.forget()
            return
        statements = Statements(self, source, scope)
        for each in tree.body:
            try:
                statements.run([each])
            except (ModuleMissingError, RecursionError):
                scope.forget()
        if statements.is_hidden:
            scope.forget()

    def beside(self, source: Source, level: int, module: str) -> Source | None:
        """
        Return the file that a relative import names.
        """
        parts = source.path.split("/")[:-level]
        path = "/".join([*parts, *filter(None, module.split("."))])
        return self.read(f"{path}.py") or self.read(f"{path}/__init__.py".lstrip("/"))
