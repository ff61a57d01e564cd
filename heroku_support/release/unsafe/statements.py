"""
SQL as words: statements without comments, whose strings are one word each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*|/\*.*?\*/)
    | (?P<body>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    | (?P<escaped>[Ee]'(?:[^'\\]|\\.|'')*')
    | (?P<string>[BbXxNn]?'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")+")
    | (?P<word>[^\W\d][\w$]*)
    | (?P<number>\d[\w.]*)
    | (?P<space>\s+)
    | (?P<symbol>::|.)
    """,
    re.DOTALL | re.VERBOSE,
)
UNSEEN = {"comment", "space"}
IDENTIFIERS = {"name", "word"}


class Token(NamedTuple):
    """
    A word of SQL; ``kind`` is the name of its group in ``TOKEN``.
    """

    kind: str
    text: str

    def is_word(self, word: str) -> bool:
        """
        Whether it is this keyword or symbol, in capitals or not.
        """
        return self.kind in ("word", "symbol") and self.text.upper() == word

    @property
    def identifier(self) -> str:
        """
        What it names, as Postgres folds names.
        """
        if self.kind == "name":
            return self.text[1:-1].replace('""', '"')
        return self.text.lower()

    @property
    def inner(self) -> str:
        """
        What stands between the quotes of a string.
        """
        if self.kind == "body":
            mark = self.text.index("$", 1) + 1
            return self.text[mark:-mark]
        return self.text[self.text.index("'") + 1 : -1].replace("''", "'")


class Reader:
    """
    Walk over the words of one statement, or of a part of it.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = list(tokens)

    def takes(self, *words: str) -> bool:
        """
        Step over these words if they are next.
        """
        found = len(self.tokens) >= len(words) and all(
            token.is_word(word) for token, word in zip(self.tokens, words, strict=False)
        )
        if found:
            del self.tokens[: len(words)]
        return found

    def takes_any(self, *words: str) -> bool:
        """
        Step over one of these words if it is next.
        """
        return any(self.takes(word) for word in words)

    def name(self) -> str:
        """
        Step over a name, and return it without the schema before it; empty if none is next.
        """
        name = ""
        while self.tokens and self.tokens[0].kind in IDENTIFIERS:
            name = self.tokens.pop(0).identifier
            if not self.takes("."):
                break
        return name

    def has(self, *words: str) -> bool:
        """
        Whether these words stand anywhere in the rest, in a row.
        """
        return any(
            Reader(self.tokens[start:]).takes(*words)
            for start in range(len(self.tokens))
        )

    def group(self) -> Reader:
        """
        Step over what is in the parentheses that are next, and return it.
        """
        if not self.tokens or not self.tokens[0].is_word("("):
            return Reader([])
        depth = 0
        for position, token in enumerate(self.tokens):
            depth += _opens(token)
            if depth == 0:
                inner = self.tokens[1:position]
                del self.tokens[: position + 1]
                return Reader(inner)
        return Reader([])

    @property
    def text(self) -> str:
        """
        The rest, as people write it.
        """
        words = " ".join(token.text for token in self.tokens)
        return re.sub(r"\s+(?=[(),\[\]])|(?<=[(\[])\s+", "", words)

    def before(self, *words: str) -> Reader:
        """
        Return the rest up to the first of these words.
        """
        ends = (
            position
            for position, token in enumerate(self.tokens)
            if any(map(token.is_word, words))
        )
        return Reader(self.tokens[: next(ends, None)])

    def after(self, *words: str) -> Reader:
        """
        Return what follows the first of these words; nothing without one.
        """
        return Reader(self.tokens[len(self.before(*words).tokens) + 1 :])

    def parts(self) -> Iterator[Reader]:
        """
        Split the rest at its commas.
        """
        yield from map(Reader, _split(self.tokens, ","))


def statements(sql: str) -> list[Reader]:
    """
    Split a script into its statements.
    """
    tokens = [
        Token(match.lastgroup or "", match.group())
        for match in TOKEN.finditer(sql)
        if match.lastgroup not in UNSEEN
    ]
    return [Reader(each) for each in _split(tokens, ";") if each]


def _split(tokens: Sequence[Token], separator: str) -> Iterator[list[Token]]:
    depth = 0
    part: list[Token] = []
    for token in tokens:
        depth += _opens(token)
        if depth <= 0 and token.is_word(separator):
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _opens(token: Token) -> int:
    if token.kind != "symbol":
        return 0
    return {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
