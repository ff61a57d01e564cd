"""
A file's text, read so that no file can do harm, and the line and column of what stands in it.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from bisect import bisect_right
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

LARGEST = 256 * 1024  # bytes; the longest manifest known has 30 kB
LINE_END = re.compile(r"\r\n|\r|\n")
# Windows has none of these, and no files that they are about.
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)
FORMATTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # categories that a terminal acts upon


class Position(NamedTuple):
    """
    Where something stands; both count from 1, the column in characters.
    """

    line: int
    column: int


START = Position(1, 1)


class SourceError(Exception):
    """
    A file that is there and cannot be read as text.
    """

    def __init__(
        self, path: str, reason: str, fix: str, position: Position = START
    ) -> None:
        self.path = path
        self.reason = reason
        self.fix = fix
        self.position = position
        super().__init__(path, reason, fix, position)

    def __str__(self) -> str:
        return f"{self.path} {self.reason}. {self.fix}"


class Source:
    """
    The text of a file, without its byte order mark and with the line ends that it has.

    :param path: as it is shown, from the project's root, with slashes.
    :param encoding: ``utf-8``, ``utf-8-sig`` where it begins with a mark, or ``utf-16``.
    """

    def __init__(
        self, path: str, text: str, *, encoding: str = "utf-8", mode: int = 0o644
    ) -> None:
        self.path = path
        self.text = text
        self.encoding = encoding
        self.mode = mode

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in LINE_END.finditer(self.text))]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """
        The lines, without their ends; of an empty last one nothing.
        """
        lines = LINE_END.split(self.text)
        return tuple(lines if lines[-1] else lines[:-1])

    @cached_property
    def newline(self) -> str:
        """
        How its first line ends: what a new line is to end in.
        """
        match = LINE_END.search(self.text)
        return match.group() if match else "\n"

    def position(self, offset: int) -> Position:
        """
        Return the line and column of a character.
        """
        index = bisect_right(self._starts, offset) - 1
        return Position(index + 1, offset - self._starts[index] + 1)

    def start(self, line: int) -> int:
        """
        Return the offset of a line's first character; past the last line, the text's length.
        """
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def line(self, number: int) -> str:
        """
        Return a line without its end, empty where there is none.
        """
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def read(root: Path, name: str, *, largest: int = LARGEST) -> Source | None:
    """
    Return the file's text, None where there is no file.

    It never waits for a pipe, never follows a link out of the root, and never reads more
    than it was allowed to.

    :param name: the path from the root.
    :raises SourceError: if it is there and is not a text.
    """
    if not os.path.lexists(root / name):
        return None
    try:
        content, mode = read_bytes(root, name, largest=largest)
    except OSError as error:
        reason = f"cannot be read: {error.strerror or type(error).__name__}"
        fix = "Make it a readable file, with: ls -l " + name
        raise SourceError(name, reason, fix) from None
    text, encoding = _decoded(content, name)
    return Source(name, text, encoding=encoding, mode=mode)


def read_bytes(root: Path, name: str, *, largest: int) -> tuple[bytes, int]:
    """
    Return what a file holds, and its mode.

    :raises OSError, SourceError: if it is not there, or cannot be read.
    """
    return _content(inside(root, name), name, largest)


def exists(root: Path, name: str) -> bool:
    """
    Whether there is a regular file of this path within the root.
    """
    try:
        return Path(inside(root, name)).is_file()
    except (OSError, SourceError, ValueError):  # ValueError: a NUL in the name
        return False


def is_folder(root: Path, name: str) -> bool:
    """
    Whether there is a folder of this path within the root.
    """
    try:
        return Path(inside(root, name)).is_dir()
    except (OSError, SourceError, ValueError):  # ValueError: a NUL in the name
        return False


def is_executable(root: Path, name: str) -> bool | None:
    """
    Whether a file is marked as a program, None where the system has no such marks.
    """
    if os.name != "posix":
        return None
    try:
        return bool(os.stat(inside(root, name)).st_mode & stat.S_IXUSR)
    except (OSError, SourceError):
        return None


def inside(root: Path, name: str) -> str:
    """
    Return where a path leads to.

    :raises SourceError: if that is out of the root.
    """
    target = os.path.realpath(root / name, strict=True)
    if not Path(target).is_relative_to(os.path.realpath(root)):
        reason = "leads out of the project"
        fix = "Put the file itself there: what is outside is not deployed."
        raise SourceError(name, reason, fix)
    return target


def visible(text: str) -> str:
    """
    Return the text with what a terminal would act upon written out: no file may move the cursor.
    """
    if text.isprintable():
        return text
    return "".join(
        each
        if each.isprintable() or unicodedata.category(each) not in FORMATTING
        else each.encode("unicode_escape").decode()
        for each in text
    )


def _content(path: str, name: str, largest: int) -> tuple[bytes, int]:
    descriptor = os.open(path, FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kind = "a directory" if stat.S_ISDIR(status.st_mode) else "no regular file"
            fix = "Name a text file, or put one in its place."
            raise SourceError(name, f"is {kind}", fix)
        if status.st_size > largest:
            reason = (
                f"has {status.st_size} bytes, more than the {largest} that are read"
            )
            raise SourceError(name, reason, "Check that this is the file you meant.")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(largest), stat.S_IMODE(status.st_mode)
    finally:
        os.close(descriptor)


def _decoded(content: bytes, name: str) -> tuple[str, str]:
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        encoding, shown = "utf-16", "utf-16"
    else:
        encoding = "utf-8"
        shown = "utf-8-sig" if content.startswith(BOM_UTF8) else "utf-8"
        content = content.removeprefix(BOM_UTF8)
        if b"\0" in content:
            fix = "Save it as text, in UTF-8."
            before = content[: content.index(b"\0")]
            raise SourceError(name, "holds a NUL byte", fix, _end(before))
    try:
        return content.decode(encoding), shown
    except UnicodeDecodeError as error:
        before = content[: error.start] if encoding == "utf-8" else b""
        reason = f"is not {encoding.upper()}"
        raise SourceError(name, reason, "Save it in UTF-8.", _end(before)) from None


def _end(before: bytes) -> Position:
    text = before.decode("utf-8", "replace")
    return Source("", text).position(len(text))
