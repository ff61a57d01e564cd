"""
``.python-version`` and ``runtime.txt``: which Python a buildpack installs.

The grammar is that of heroku/heroku-buildpack-python v351.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from heroku_support.manifests.source import Source

VERSION = re.compile(
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?\Z", re.ASCII
)
RUNTIME = re.compile(r"python-(\d+\.\d+(?:\.\d+)?)\Z", re.ASCII)


@dataclass(frozen=True)
class VersionLine:
    """
    A line that is to be a version, without the white space around it.
    """

    text: str
    start: int


class PythonVersion:
    """
    The lines of a ``.python-version`` that are neither blank nor comments.
    """

    def __init__(self, source: Source) -> None:
        self.source = source

    @cached_property
    def lines(self) -> tuple[VersionLine, ...]:
        """
        The versions, or what stands in their place.
        """
        found = []
        for number, line in enumerate(self.source.lines, 1):
            text = line.strip()
            if text and not text.startswith("#"):
                indent = len(line) - len(line.lstrip())
                found.append(VersionLine(text, self.source.start(number) + indent))
        return tuple(found)

    @property
    def version(self) -> tuple[int, ...] | None:
        """
        The version, None where there is not exactly one.
        """
        if len(self.lines) != 1 or not VERSION.match(self.lines[0].text):
            return None
        return release(self.lines[0].text)


class Runtime:
    """
    The version in a ``runtime.txt``.
    """

    def __init__(self, source: Source) -> None:
        self.source = source

    @property
    def version(self) -> str:
        """
        The version without its prefix, empty where it is none.
        """
        match = RUNTIME.match(self.source.text.strip())
        return match[1] if match else ""


def release(text: str) -> tuple[int, ...]:
    """
    Return ``3.13.1`` as (3, 13, 1).
    """
    # No version has more digits, and int() refuses thousands of them.
    return tuple(int(part[:9]) for part in text.split("."))


def series(version: tuple[int, ...]) -> str:
    """
    Return (3, 13, 1) as ``3.13``.
    """
    return ".".join(map(str, version[:2]))
