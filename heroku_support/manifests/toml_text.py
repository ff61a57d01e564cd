"""
TOML with the standard library's reader, which Python has since 3.11.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import Any

READER = "tomllib" if sys.version_info >= (3, 11) else "tomli"
# The reader takes the square of the time for a key of so many parts.
LONG_KEY = re.compile(
    r"(?<![\w.\"'-])(?:(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*\.[ \t]*){100}"
)
PLACE = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")


class TomlMissingError(Exception):
    """
    This Python has no reader of TOML, and tomli is not installed.
    """


class TomlError(Exception):
    """
    A text that is no TOML.

    :param line: 0 for its end.
    """

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        self.reason = reason
        self.line = line
        self.column = column
        super().__init__(reason, line, column)


def parse(text: str) -> dict[str, Any]:
    """
    Return the tables.

    :raises TomlError: if it is no TOML.
    :raises TomlMissingError: on Python 3.10 without tomli.
    """
    try:
        reader = import_module(READER)
    except ImportError:
        raise TomlMissingError from None
    key = LONG_KEY.search(text)
    if key:
        above = text.count("\n", 0, key.start())
        raise TomlError("a key has too many parts", above + 1, 1)
    try:
        tables: dict[str, Any] = reader.loads(text)
    except RecursionError:
        raise TomlError("too many levels are nested") from None
    except ValueError as error:  # also of a number with thousands of digits
        reason = str(error)
        place = PLACE.search(reason)
        line, column = (place[1], place[2]) if place and place[1] else (0, 0)
        raise TomlError(PLACE.sub("", reason).strip(), int(line), int(column)) from None
    return tables
