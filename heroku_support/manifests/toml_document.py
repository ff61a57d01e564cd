"""
A file of TOML: its tables, and where each key stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from heroku_support.manifests.findings import Problem
from heroku_support.manifests.source import Source
from heroku_support.manifests.toml_text import TomlError, parse

LONGEST = 2000  # characters of a line that are looked at
PART = r"(?:[\w-]+|\"[^\"]*\"|'[^']*')"
PATH = rf"{PART}(?:\s*\.\s*{PART})*"
HEADER = re.compile(rf"\s*(?P<open>\[\[?)\s*(?P<path>{PATH})\s*\]")
KEY = re.compile(rf"\s*(?P<path>{PATH})\s*=")


class TomlDocument:
    """
    The tables, none where the text is no TOML: ``problems`` says why.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: tuple[Problem, ...] = ()
        try:
            self.tables: Mapping[str, Any] = parse(source.text)
        except TomlError as error:
            self.tables = {}
            last = len(source.lines)
            line, column = error.line or last, error.column or 1
            message = f"Not TOML: {error.reason}"
            offset = min(source.start(line) + column - 1, len(source.text))
            fix = "Correct this line, or the one above."
            self.problems = (Problem("toml-syntax", offset, message, fix),)

    def get(self, *path: str) -> Any:
        """
        Return what stands at a path, None where nothing does.
        """
        found: Any = self.tables
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def table(self, *path: str) -> Mapping[str, Any]:
        """
        Return a table, an empty one where there is none.
        """
        found = self.get(*path)
        return found if isinstance(found, Mapping) else {}

    def place(self, *path: str | int) -> int:
        """
        Return where a key or a table begins, else what it stands in.

        :param path: with the number of an entry where there are several of a table.
        """
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, 0)

    def quoted(self, text: str, *path: str | int) -> int:
        """
        Return where a text of a list begins, with its quote.
        """
        start = self.place(*path)
        found = [
            self.source.text.find(f"{quote}{text}{quote}", start) for quote in "\"'"
        ]
        return min((each for each in found if each >= 0), default=start)

    @cached_property
    def _places(self) -> dict[tuple[str | int, ...], int]:
        places: dict[tuple[str | int, ...], int] = {}
        counts: dict[tuple[str | int, ...], int] = {}
        table: tuple[str | int, ...] = ()
        for number, line in enumerate(self.source.lines, 1):
            start = self.source.start(number)
            header, key = HEADER.match(line[:LONGEST]), KEY.match(line[:LONGEST])
            if header:
                table = _resolved(_parts(header["path"]), counts)
                if header["open"] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = (*table, counts[table])
                places.setdefault(table, start + header.start("open"))
            elif key:
                path = (*table, *_parts(key["path"]))
                places.setdefault(path, start + key.start("path"))
        return places


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(PART, path))


def _resolved(
    parts: tuple[str, ...], counts: Mapping[tuple[str | int, ...], int]
) -> tuple[str | int, ...]:
    # Below [[a]], [a.b] belongs to the last of them.
    found: tuple[str | int, ...] = ()
    for index, part in enumerate(parts, 1):
        found = (*found, part)
        if found in counts and index < len(parts):
            found = (*found, counts[found])
    return found
