"""
An Aptfile: the packages of the system that heroku/heroku-buildpack-apt installs.

Each line is a package, the address of a ``.deb``, a repository after ``:repo:``, or a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from heroku_support.manifests.source import Source

REPOSITORY = ":repo:"
# A name, and what apt-get takes behind it: an architecture, a version, a release.
PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]*(?::[a-z0-9]+)?(?:=\S+|/\S+)?\Z")
DEB = re.compile(r"https?://\S+\.deb\Z")
WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Word:
    """
    A word of a line that asks for packages.
    """

    text: str
    start: int

    @property
    def is_package(self) -> bool:
        """
        Whether apt-get, or curl, can make something of it.
        """
        return bool(PACKAGE.match(self.text) or DEB.match(self.text))


class Aptfile:
    """
    The words of its lines, each of them a package to the buildpack.
    """

    def __init__(self, source: Source) -> None:
        self.source = source

    @property
    def words(self) -> Iterator[Word]:
        """
        What is to be installed, in order.
        """
        for number, line in enumerate(self.source.lines, 1):
            if not line.startswith(("#", REPOSITORY)):
                for match in WORD.finditer(line):
                    start = self.source.start(number) + match.start()
                    yield Word(match.group(), start)
