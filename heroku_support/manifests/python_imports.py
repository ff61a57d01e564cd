"""
What the statements of a module ask of whoever reads the others.
"""

from __future__ import annotations

from typing import Protocol

from heroku_support.manifests.python_scope import Scope
from heroku_support.manifests.source import Source


class ModuleMissingError(Exception):
    """
    A module of the project that is not there, or is not deployed.
    """


class TooManyBranchesError(Exception):
    """
    There are more ways through the settings than anybody follows.
    """


class Importer(Protocol):
    """
    Who finds and runs other modules.
    """

    def branch(self) -> None:
        """
        Count a branch that is taken both ways.
        """

    def find(self, module: str) -> Source | None:
        """
        Return the file of a module by its dotted name.
        """

    def beside(self, source: Source, level: int, module: str) -> Source | None:
        """
        Return the file that a relative import names.
        """

    def run(self, source: Source, scope: Scope) -> None:
        """
        Put what the module assigns into a scope.
        """
