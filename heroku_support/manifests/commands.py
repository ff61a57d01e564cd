"""
A command line, word by word, with the place of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from heroku_support.manifests.source import Source

TOKEN = re.compile(
    r"(?P<word>(?:\d*[<>]+&?\d*|&>|\$\{[^}]*\}|'[^']*'|\"(?:[^\"\\]|\\.)*\"|\\.|[^\s;&|'\"\\<>])+)"
    r"|(?P<operator>&&|\|\||[;&|])"
    r"|(?P<rest>\S)"
)
LONGEST = 4096  # characters that are looked at; the longest known has 300
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)\Z", re.DOTALL)
QUOTES = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"")


@dataclass(frozen=True)
class Word:
    """
    A word without its quotes, and where it stands in the file.
    """

    text: str
    start: int
    end: int

    @property
    def program(self) -> str:
        """
        The last part of a path.
        """
        return self.text.rpartition("/")[2]


@dataclass(frozen=True)
class Call:
    """
    A program and its arguments.
    """

    program: Word
    arguments: tuple[Word, ...]

    def has(self, *names: str) -> Word | None:
        """
        Return the first argument that is one of these.
        """
        return next((word for word in self.arguments if word.text in names), None)

    def option(self, *names: str) -> Word | None:
        """
        Return the last value of an option, in each of the forms that a shell program takes.
        """
        found = None
        for index, word in enumerate(self.arguments):
            name, equals, value = word.text.partition("=")
            if equals and name in names and name.startswith("--"):
                start = (
                    word.end - len(value)
                    if word.end - word.start > len(value)
                    else word.start
                )
                found = Word(value, start, word.end)
            elif word.text in names and index + 1 < len(self.arguments):
                found = self.arguments[index + 1]
            elif (
                word.text[:2] in names and word.text[:2] != "--" and len(word.text) > 2
            ):
                found = Word(word.text[2:].removeprefix("="), word.start + 2, word.end)
        return found


@dataclass(frozen=True)
class Part:
    """
    What stands between two operators, and the operator behind it.
    """

    words: tuple[Word, ...]
    operator: Word | None

    @cached_property
    def assignments(self) -> dict[str, Word]:
        """
        The variables that are set for this command alone.
        """
        found = {}
        for word in self.words:
            match = ASSIGNMENT.match(word.text)
            if not match:
                if word.text not in ("env", "export", "exec"):
                    break
                continue
            found[match[1]] = Word(match[2], word.start, word.end)
        return found


@dataclass(frozen=True)
class Command:
    """
    What a process runs.

    :param start: where its text begins in the file; ``end``, where it ends.
    """

    process: str
    text: str
    source: Source
    start: int
    end: int

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """
        The commands that ``&&``, ``;`` and their like join.
        """
        parts: list[Part] = []
        words: list[Word] = []
        for operator, word in self._tokens():
            if operator:
                parts.append(Part(tuple(words), word))
                words = []
            else:
                words.append(word)
        return (*parts, Part(tuple(words), None))

    @property
    def words(self) -> Iterator[Word]:
        """
        All words, without the operators.
        """
        for part in self.parts:
            yield from part.words

    def calls(self, *names: str) -> Iterator[Call]:
        """
        Return each call of one of these programs, whatever stands before it.
        """
        if not any(name in self.text for name in names):
            return  # without taking it apart
        for part in self.parts:
            for index, word in enumerate(part.words):
                if word.program in names and "=" not in word.text:
                    yield Call(word, part.words[index + 1 :])
                    break

    def call(self, *names: str) -> Call | None:
        """
        Return the first of them.
        """
        return next(self.calls(*names), None)

    def manage(self, *names: str) -> Iterator[Word]:
        """
        Return the name of each management command of Django among these that is run.
        """
        for call in self.calls("manage.py", "django-admin"):
            first = call.arguments[:1]
            if first and first[0].text in names:
                yield first[0]

    def _tokens(self) -> Iterator[tuple[bool, Word]]:
        # Folded or escaped text differs from what stands in the file: each word is looked for
        # behind the one before.
        at = self.start
        for match in TOKEN.finditer(self.text[:LONGEST]):
            found = self.source.text.find(match.group(), at, self.end)
            start = found if found >= 0 else self.start
            end = start + len(match.group())
            at = end if found >= 0 else at
            text = QUOTES.sub(
                lambda quoted: quoted[1] or quoted[2] or "", match.group()
            )
            yield bool(match["operator"]), Word(text, start, end)
