"""
JSON as nodes with their places, read on past what is easily mended.
"""

from __future__ import annotations

import json
import re

from heroku_support.manifests.findings import Edit, Problem
from heroku_support.manifests.nodes import Entry, Mapping, Node, Scalar, Sequence, Type
from heroku_support.manifests.source import Source

MOST_PROBLEMS = 50
DEEPEST = 32  # levels; an app.json has seven
BLANK = re.compile(r"[ \t\n\r]*")
COMMENT = re.compile(r"//[^\n]*|#[^\n]*|/\*.*?\*/", re.DOTALL)
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
UNCLOSED = re.compile(r'"(?:[^"\\\n\r]|\\.)*')
SINGLE_QUOTED = re.compile(r"'((?:[^'\"\\\x00-\x1f])*)'")
WORD = re.compile(r"[^\s\"'{}\[\],:]+")
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?\Z", re.ASCII)
WORDS: dict[str, Type] = {"true": "boolean", "false": "boolean", "null": "null"}
CLOSING = {"{": "}", "[": "]"}


class _StopError(Exception):
    # Nothing behind this can be made sense of.
    def __init__(self, offset: int, message: str, fix: str) -> None:
        self.problem = Problem("json-syntax", offset, message, fix)
        super().__init__(message)


class Document:
    """
    The tree, as far as it could be read, and what is wrong with its syntax.
    """

    def __init__(self, source: Source) -> None:
        reader = _Reader(source.text)
        self.root: Node | None = None
        try:
            self.root = reader.document()
        except _StopError as stop:
            reader.problems.append(reader.unopened or stop.problem)
        self.problems = tuple(reader.problems)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line_start = self.indent = 0  # of the line that is read
        self.outdent: tuple[int, int] | None = None
        self.problems: list[Problem] = []
        # Of the last key, where its value begins in a line below and is none that is opened.
        self.unopened: Problem | None = None

    def document(self) -> Node:
        """
        Return the one value that a text of JSON is.
        """
        self._skip()
        if self.at == len(self.text):
            raise _StopError(0, "The file is empty", 'Write at least: {"name": "…"}')
        node = self._value(0)
        self._skip()
        if self.at < len(self.text):
            found = self.text[self.at]
            message = f"{found} stands behind the end of the JSON"
            self._found(self.at, message, "Remove what is too much.")
        return node

    def _value(self, depth: int) -> Node:
        self._skip()
        if depth > DEEPEST:
            message = f"More than {DEEPEST} levels are nested here"
            raise _StopError(self.at, message, "app.json needs no more than seven.")
        character = self.text[self.at : self.at + 1]
        if character == "{":
            return self._mapping(depth)
        if character == "[":
            return self._sequence(depth)
        if character and character in "\"'":
            return self._string()
        return self._word()

    def _mapping(self, depth: int) -> Mapping:
        start, indent, entries = self.at, self.indent, []
        self.at += 1
        while not self._closes(start, indent):
            if self.text[self.at] == "{":
                raise _StopError(self.at, "A brace too many", "Remove one { .")
            if self.text[self.at] not in "\"'":
                key = self._bare_key()
            else:
                key = self._string()
            self._skip()
            if self.text[self.at : self.at + 1] != ":":
                message = f"No colon behind {self.text[key.start : key.end]}"
                raise _StopError(key.start, message, 'Write: "name": value')
            self._colon(key)
            entries.append(Entry(key, self._value(depth + 1)))
            self._separator(start, entries[-1].value.end)
        return Mapping(tuple(entries), start, self.at)

    def _colon(self, key: Scalar) -> None:
        # What makes no sense in the lines below may be a bracket that is missing behind it.
        colon = self.at
        self.at += 1
        blank = BLANK.match(self.text, self.at)
        below = blank.end() if blank else self.at
        self.unopened = None
        if (
            "\n" in self.text[self.at : below]
            and self.text[below : below + 1] not in CLOSING
        ):
            message = f"Nothing opens the value of {self.text[key.start : key.end]}"
            fix = "Write { or [ behind the colon."
            self.unopened = Problem("json-syntax", colon, message, fix)

    def _sequence(self, depth: int) -> Sequence:
        start, indent, nodes = self.at, self.indent, []
        self.at += 1
        while not self._closes(start, indent):
            nodes.append(self._value(depth + 1))
            self._separator(start, nodes[-1].end)
        return Sequence(tuple(nodes), start, self.at)

    def _closes(self, start: int, indent: int) -> bool:
        self._skip()
        opening = self.text[start]
        if self.at == len(self.text):
            raise self._never_closed(start)
        is_member = self.text[self.at] not in CLOSING.values()
        begins_line = self.at == self.line_start + self.indent
        if begins_line and not self.outdent and self.indent < indent + is_member:
            self.outdent = self.at, start
        if (
            self.text[self.at] in CLOSING.values()
            and self.text[self.at] != CLOSING[opening]
        ):
            message = f"{self.text[self.at]} closes what {opening} opened"
            raise _StopError(self.at, message, f"Write {CLOSING[opening]} here.")
        if self.text[self.at] != CLOSING[opening]:
            return False
        self.at += 1
        return True

    def _never_closed(self, start: int) -> _StopError:
        # The indentation tells which of those that are open was to be closed, and where.
        where, at = "by the end", len(self.text.rstrip()) - 1
        if self.outdent and self.outdent[1] >= start:
            where, (at, start) = "before this", self.outdent
        opening, line = self.text[start], self.text.count("\n", 0, start) + 1
        message = f"What {opening} opens in line {line} is not closed {where}"
        return _StopError(at, message, f"Write {CLOSING[opening]} there.")

    def _separator(self, start: int, end: int) -> None:
        self._skip()
        closing = CLOSING[self.text[start]]
        following = self.text[self.at : self.at + 1]
        if following == ",":
            comma = self.at
            self.at += 1
            self._skip()
            if self.text[self.at : self.at + 1] == closing:
                cut = (Edit(comma, comma + 1, ""),)
                message = f"A comma before {closing}"
                self._found(comma, message, "Remove the comma.", cut)
        elif following in "\"'{[" and following:
            added = (Edit(end, end, ","),)
            message = "No comma between this and what follows"
            self._found(end - 1, message, "Write a comma behind it.", added)
        elif following and following not in "}]":
            message = f"{following} cannot stand here"
            raise _StopError(self.at, message, f"Write a comma or {closing} before it.")

    def _string(self) -> Scalar:
        start = self.at
        match = STRING.match(self.text, start)
        if match:
            self.at = match.end()
            return Scalar(json.loads(match.group()), start, self.at)
        single = SINGLE_QUOTED.match(self.text, start)
        if not single:
            raise self._unclosed(start)
        self.at = single.end()
        quoted = (Edit(start, self.at, f'"{single[1]}"'),)
        message = "A single quote: JSON knows double ones"
        self._found(start, message, f'Write "{single[1]}".', quoted)
        return Scalar(single[1], start, self.at)

    def _unclosed(self, start: int) -> _StopError:
        match = UNCLOSED.match(self.text, start)
        end = match.end() if match else start
        if self.text[end : end + 1] == '"':
            message, fix = (
                "A backslash or control character that JSON has not",
                "Escape it: \\\\",
            )
        else:
            message, fix = (
                "A quote that is not closed on its line",
                'Write " at its end.',
            )
        return _StopError(start, message, fix)

    def _word(self) -> Scalar:
        start = self.at
        match = WORD.match(self.text, start)
        if not match:
            found = self.text[start : start + 1] or "The end of the file"
            raise _StopError(start, f"{found} where a value belongs", "Write a value.")
        self.at = match.end()
        word = match.group()
        if word in WORDS:
            return Scalar(word, start, self.at, WORDS[word])
        if NUMBER.match(word):
            return Scalar(word, start, self.at, "number")
        self._found(start, f"{word[:40]} is no JSON value", f'Write "{word[:40]}".')
        return Scalar(word, start, self.at)

    def _bare_key(self) -> Scalar:
        start = self.at
        match = WORD.match(self.text, start)
        if not match:
            message = f"{self.text[start]} where a name belongs"
            raise _StopError(start, message, 'Write "name": value')
        self.at = match.end()
        quoted = (Edit(start, self.at, f'"{match.group()}"'),)
        message = f"The name {match.group()[:40]} has no quotes"
        self._found(start, message, f'Write "{match.group()[:40]}".', quoted)
        return Scalar(match.group(), start, self.at)

    def _skip(self) -> None:
        # White space, and comments, which JSON has not.
        while True:
            blank = BLANK.match(self.text, self.at)
            self.at = blank.end() if blank else self.at
            if blank and "\n" in blank.group():
                self.indent = len(blank.group().rpartition("\n")[2])
                self.line_start = self.at - self.indent
            comment = COMMENT.match(self.text, self.at)
            if not comment:
                return
            fix = "Remove it; descriptions have keys of their own."
            self._found(self.at, "A comment, which JSON has not", fix)
            self.at = comment.end()

    def _found(
        self, offset: int, message: str, fix: str, edits: tuple[Edit, ...] = ()
    ) -> None:
        if len(self.problems) == MOST_PROBLEMS:
            raise _StopError(offset, "More mistakes follow", "Mend those above first.")
        self.problems.append(Problem("json-syntax", offset, message, fix, edits))
