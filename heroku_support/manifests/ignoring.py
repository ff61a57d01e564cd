"""
``.gitignore``, ``.slugignore`` and ``.dockerignore``: which files they leave out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from heroku_support.manifests.source import Source

NAMES = (".gitignore", ".slugignore", ".dockerignore")
LONGEST = 1024  # characters of a pattern
MOST = 500  # patterns
MOST_STARS = 8  # in a pattern; with more, a match may take for ever
NOTHING = re.compile("(?!)")
TOKEN = re.compile(r"\*\*/|/\*\*\Z|\*+|\?|\[!?[^\]]+\]|\\.|.", re.DOTALL)


@dataclass(frozen=True)
class Pattern:
    """
    A line that is neither blank nor a comment.

    :param text: the line, without ``!`` and white space around it.
    :param is_negated: whether it brings back what a line above left out.
    """

    text: str
    start: int
    is_negated: bool
    expression: re.Pattern[str]


class IgnoreFile:
    """
    The patterns of such a file.

    :param source: its name decides the dialect: Docker's are all from the root, and Heroku's
        has no ``!`` (Dev Center, "Slug Compiler").
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.name = source.path.rpartition("/")[2]
        self.is_dockers = self.name == ".dockerignore"

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """
        The patterns, in order.
        """
        found = []
        for number, line in enumerate(self.source.lines[:MOST], 1):
            text = line.strip()[:LONGEST]
            if not text or text.startswith("#"):
                continue
            is_negated = text.startswith("!")
            text = text.removeprefix("!").removeprefix("\\")
            start = self.source.start(number) + len(line) - len(line.lstrip())
            found.append(Pattern(text, start, is_negated, self._expression(text)))
        return tuple(found)

    def drops(self, path: str) -> Pattern | None:
        """
        Return the pattern that leaves a file out, None where it stays.
        """
        # A file stays out when its folder is out, whatever a later line brings back; to Docker
        # only the last line counts.
        folders = path.split("/")[:-1]
        ends = range(1, len(folders) + 1)
        above = [] if self.is_dockers else ["/".join(folders[:end]) for end in ends]
        for part in (*above, path):
            found = self._last(part, is_folder=part != path)
            if found and not (found.is_negated and self.name != ".slugignore"):
                return found
        return None

    def _last(self, path: str, *, is_folder: bool) -> Pattern | None:
        for each in reversed(self.patterns):
            is_meant = is_folder or self.is_dockers or not each.text.endswith("/")
            if is_meant and each.expression.match(path):
                return each
        return None

    def _expression(self, text: str) -> re.Pattern[str]:
        body = text.strip("/").removeprefix("./")
        is_rooted = self.is_dockers or "/" in text.rstrip("/")
        parts = "".join(map(_translated, TOKEN.findall(body)))
        start = "" if is_rooted else "(?:.*/)?"
        end = "(?:/.*)?" if self.is_dockers else ""
        if not body or text.count("*") > MOST_STARS:
            return NOTHING
        return _compiled(f"{start}{parts}{end}\\Z")


def _translated(token: str) -> str:
    if token == "**/":
        return "(?:[^/]+/)*"
    if token == "/**":
        return "/.+"
    if token.startswith("*"):
        return "[^/]*"
    if token == "?":
        return "[^/]"
    if token.startswith("[") and len(token) > 2:
        inner = token[1:-1]
        negation = "^" if inner[0] in "!^" else ""
        # What Python reads as sets of sets, some day.
        escaped = re.sub(r"[\\\[\]^&~|]", r"\\\g<0>", inner[len(negation) :])
        apart = escaped.replace("--", r"-\-")
        return f"[{negation}{apart}]" if apart else "(?!)"
    return re.escape(token[-1])


def _compiled(expression: str) -> re.Pattern[str]:
    try:
        return re.compile(expression)
    except re.error:  # a range that ends before it begins
        return NOTHING
