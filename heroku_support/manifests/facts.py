"""
Facts about the platform, out of ``platform.toml``, each with its date and source.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from heroku_support.manifests.toml_text import parse


class Facts:
    """
    A table of ``platform.toml``.
    """

    def __init__(self, table: dict[str, Any]) -> None:
        self._table = table

    @property
    def as_of(self) -> str:
        """
        The day up to which they are known, for a message: ``as of October 2026``.
        """
        return f"as of {self._table['as_of']:%B %Y}"

    def words(self, key: str) -> list[str]:
        """
        Return a list.
        """
        return list(self._table[key])

    def pairs(self, key: str) -> dict[str, str]:
        """
        Return a table of texts.
        """
        return dict(self._table[key])

    def numbers(self, key: str) -> dict[str, int]:
        """
        Return a table of numbers.
        """
        return dict(self._table[key])

    def word(self, key: str) -> str:
        """
        Return a text.
        """
        return str(self._table[key])


@cache
def facts(name: str) -> Facts:
    """
    Return the facts about a subject: a table of the file.
    """
    return Facts(_tables()[name])


@cache
def _tables() -> dict[str, Any]:
    content = files("heroku_support.manifests").joinpath("platform.toml")
    return parse(content.read_text(encoding="utf-8"))
