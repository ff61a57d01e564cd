"""
What an expression in a Python file comes to, as far as its text tells, and where it stands.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass

from heroku_support.manifests.source import Source


@dataclass(frozen=True, eq=False)
class Value:
    """
    An expression of which nothing is known but its place.
    """

    source: Source
    node: ast.expr

    @property
    def start(self) -> int:
        """
        Where it begins in the file.
        """
        return offset(self.source, self.node.lineno, self.node.col_offset)

    @property
    def end(self) -> int:
        """
        Where it ends.
        """
        line = self.node.end_lineno or self.node.lineno
        return offset(self.source, line, self.node.end_col_offset or 0)


@dataclass(frozen=True, eq=False)
class Constant(Value):
    """
    A text, a number, True, False or None.
    """

    value: object


@dataclass(frozen=True, eq=False)
class Sequence(Value):
    """
    A list, tuple or set.

    :param is_complete: whether it has no other items than these.
    """

    items: tuple[Value, ...]
    is_complete: bool = True

    @property
    def texts(self) -> list[str]:
        """
        The items that are texts.
        """
        return [text for each in self.items if (text := text_of(each)) is not None]

    def find(self, text: str) -> Value | None:
        """
        Return the item that is this text.
        """
        return next((each for each in self.items if text_of(each) == text), None)


@dataclass(frozen=True, eq=False)
class Table(Value):
    """
    A dict.

    :param base: what these entries were put into, where that is something else.
    """

    entries: dict[str, Value]
    is_complete: bool = True
    base: Value | None = None

    def get(self, *path: str) -> Value | None:
        """
        Return the value at a path of keys, None where none is known.
        """
        found = self.entries.get(path[0])
        if len(path) == 1 or not isinstance(found, Table):
            return found if len(path) == 1 else None
        return found.get(*path[1:])

    def lacks(self, name: str) -> bool:
        """
        Whether it surely has no such key.
        """
        return self.is_complete and name not in self.entries


@dataclass(frozen=True, eq=False)
class Reference(Value):
    """
    Something that is imported, by its path: ``os.environ``.
    """

    name: str


@dataclass(frozen=True, eq=False)
class Call(Value):
    """
    What a function returns.

    :param function: its path; of a method, that of the call behind it: ``environ.Env().bool``.
    :param receiver: what made the object whose method it is.
    """

    function: str
    arguments: tuple[Value, ...]
    keywords: dict[str, Value]
    receiver: Call | None = None

    def argument(self, index: int, *names: str) -> Value | None:
        """
        Return an argument by its place or one of its names.
        """
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return self.arguments[index] if 0 <= index < len(self.arguments) else None


def text_of(value: Value | None) -> str | None:
    """
    Return the text that it is, None where it is none.
    """
    if isinstance(value, Constant) and isinstance(value.value, str):
        return value.value
    return None


def offset(source: Source, line: int, column: int) -> int:
    """
    Return the character at a place that ``ast`` counts in bytes of UTF-8.
    """
    text = source.line(line)
    if not text.isascii():
        column = len(text.encode()[:column].decode(errors="ignore"))
    return source.start(line) + column


def parse(source: Source) -> ast.Module | SyntaxError:
    """
    Return the module, or why it is none.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes, which are not our subject
            return ast.parse(source.text)
    except SyntaxError as error:
        return error
    except (RecursionError, MemoryError, ValueError):
        return SyntaxError("it is nested too deeply, or holds a NUL")
