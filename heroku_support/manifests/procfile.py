"""
A Procfile, of which there are four dialects; what one of them takes, another drops.

- Cedar's: the expression that heroku/buildpacks-procfile quotes in its SPEC.md. Lines that do
  not match are passed over without a word.
- Fir's: heroku/buildpacks-procfile 4.2.3, which refuses every line that it does not know.
- ``heroku local``: ``load-foreman-procfile.js`` of the client 11.10.
- ``heroku local NAME``: the node-foreman that the same client brings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from heroku_support.manifests.commands import Command
from heroku_support.manifests.source import Source

CEDAR = re.compile(r"[ \t\r\f\v]*([A-Za-z0-9_-]+):?\s+(.*)")
FIR = re.compile(r"([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?):[ \t]*(\S.*)\Z")
LOCAL = re.compile(r"\s*\w+:")
LOCAL_NAMED = re.compile(r"([A-Za-z0-9_-]+):\s*(.+)\Z")
# What its author meant, whatever a dialect makes of it.
MEANT = re.compile(
    r"\s*(?P<name>[^\s:#][^\s:]*)(?P<gap>\s*):(?P<space>[ \t]*)(?P<command>.*)\Z"
)
NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
MOST_PROCESSES = 1_000  # that are looked at; real files have some ten
LONGEST_NAME = 63  # characters, on Fir


@dataclass(frozen=True)
class Line:
    """
    A line that is neither blank nor a comment.

    :param start: the offset of its first character.
    :param meant: its parts, None where it has no colon.
    """

    number: int
    text: str
    start: int
    meant: re.Match[str] | None

    @property
    def indent(self) -> int:
        """
        How many characters stand before the first that is not blank.
        """
        return len(self.text) - len(self.text.lstrip())


@dataclass(frozen=True)
class Process:
    """
    A process type; ``start`` is where its name begins.
    """

    name: str
    start: int
    line: Line
    command: Command


class Procfile:
    """
    The lines, and the processes that they are meant to be.

    :param target: ``cedar`` or ``fir``, empty where that is not known.
    """

    def __init__(self, source: Source, target: str = "") -> None:
        self.source = source
        self.target = target

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """
        The lines that are no comments.
        """
        numbered = enumerate(self.source.lines, 1)
        return tuple(
            Line(number, text, self.source.start(number), MEANT.match(text))
            for number, text in numbered
            if text.strip() and not text.lstrip().startswith("#")
        )

    @cached_property
    def processes(self) -> tuple[Process, ...]:
        """
        The processes, in order; one that is there twice, twice.
        """
        return tuple(
            Process(
                line.meant["name"],
                line.start + line.meant.start("name"),
                line,
                self._command(line, line.meant),
            )
            for line in self.lines[:MOST_PROCESSES]
            if line.meant
        )

    @cached_property
    def names(self) -> frozenset[str]:
        """
        The names of the processes.
        """
        return frozenset(process.name for process in self.processes)

    @property
    def commands(self) -> tuple[Command, ...]:
        """
        What the processes run.
        """
        return tuple(process.command for process in self.processes)

    def _command(self, line: Line, meant: re.Match[str]) -> Command:
        start = line.start + meant.start("command")
        text = meant["command"].rstrip()
        return Command(meant["name"], text, self.source, start, start + len(text))
