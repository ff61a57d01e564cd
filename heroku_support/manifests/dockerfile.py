"""
A Dockerfile: its instructions and stages.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from heroku_support.manifests.commands import Command
from heroku_support.manifests.source import Source

HEREDOC = re.compile(r"<<-?\s*([\"']?)(\w+)\1")
PYTHON = re.compile(r"(?:\S*/)?python:(\d{1,2}(?:\.\d{1,3}){1,2})(?:-|\Z)", re.ASCII)
ASSIGNED = re.compile(r"(?P<name>\b[A-Za-z_]\w*)[= ](?P<value>\"[^\"]*\"|'[^']*'|\S+)")


class DockerfileMissingError(Exception):
    """
    dockerfile-parse is not installed.
    """


@dataclass(frozen=True)
class Instruction:
    """
    An instruction in capitals, its text without continuations, and where it stands.

    :param start: the offset of the instruction's first letter; ``end``, of its last line's end.
    """

    name: str
    value: str
    start: int
    end: int
    source: Source

    def find(self, word: str) -> int:
        """
        Return where a word of it stands.
        """
        found = self.source.text.find(word, self.start, self.end)
        return found if found >= 0 else self.start

    @cached_property
    def exec_form(self) -> list[str] | None:
        """
        The words of ``["…", "…"]``, None where a shell reads it.
        """
        try:
            words = json.loads(self.value)
        except (ValueError, RecursionError):
            return None
        is_list = isinstance(words, list) and all(
            isinstance(word, str) for word in words
        )
        return words if is_list else None

    @cached_property
    def copied(self) -> tuple[str, ...]:
        """
        What a ``COPY`` or ``ADD`` takes out of the project, as it is written.
        """
        words = self.exec_form or self.value.split()
        options = [word for word in words if word.startswith("--")]
        if self.name not in ("COPY", "ADD") or any(
            option.startswith("--from") for option in options
        ):
            return ()
        return tuple(word for word in words if not word.startswith("--"))[:-1]


@dataclass(frozen=True)
class Stage:
    """
    From one ``FROM`` to the next.
    """

    image: str
    name: str
    instructions: tuple[Instruction, ...]

    @property
    def python(self) -> tuple[int, ...]:
        """
        The version in the tag of an image of Python, nothing where there is none.
        """
        match = PYTHON.match(self.image)
        return tuple(int(part) for part in match[1].split(".")) if match else ()


class Dockerfile:
    """
    The instructions, and the stages that they make.

    :raises DockerfileMissingError: without dockerfile-parse.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.instructions = tuple(_instructions(source))

    def named(self, *names: str) -> Iterator[Instruction]:
        """
        Return the instructions of these names.
        """
        return (each for each in self.instructions if each.name in names)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """
        The stages in order.
        """
        starts = [
            index
            for index, each in enumerate(self.instructions)
            if each.name == "FROM" and each.value
        ]
        ends = [*starts[1:], len(self.instructions)]
        return tuple(
            _stage(self.instructions[start:end])
            for start, end in zip(starts, ends, strict=False)
        )

    @property
    def arguments(self) -> frozenset[str]:
        """
        The names of its ``ARG`` instructions.
        """
        return frozenset(
            word.partition("=")[0]
            for each in self.instructions
            if each.name == "ARG"
            for word in each.value.split()
        )

    @property
    def variables(self) -> dict[str, str]:
        """
        What its ``ENV`` and ``ARG`` instructions set.
        """
        found: dict[str, str] = {}
        for each in self.instructions:
            found |= assigned(each)
        return found

    @cached_property
    def command(self) -> Command | None:
        """
        What the last stage's ``CMD`` runs.
        """
        last = self.stages[-1].instructions if self.stages else ()
        found = [each for each in last if each.name == "CMD"]
        if not found:
            return None
        return _command(found[-1])


def assigned(instruction: Instruction) -> dict[str, str]:
    """
    Return the variables that an ``ENV`` or ``ARG`` gives a value.
    """
    if instruction.name not in ("ENV", "ARG"):
        return {}
    return {
        match["name"]: match["value"].strip("\"'")
        for match in ASSIGNED.finditer(instruction.value)
    }


def _instructions(source: Source) -> list[Instruction]:
    try:
        from dockerfile_parse import DockerfileParser
    except ImportError:
        raise DockerfileMissingError from None
    # It counts lines by "\n" alone.
    lines = "\n".join(source.lines)
    found, heredoc = [], ""
    for each in DockerfileParser(fileobj=io.StringIO(lines)).structure:
        content = str(each["content"])
        if heredoc:  # whose lines it takes for instructions
            heredoc = "" if content.strip() == heredoc else heredoc
        elif each["instruction"] != "COMMENT":
            line = source.line(each["startline"] + 1)
            start = source.start(each["startline"] + 1) + len(line) - len(line.lstrip())
            last = each["endline"] + 1
            end = source.start(last) + len(source.line(last))
            found.append(
                Instruction(each["instruction"], each["value"], start, end, source)
            )
            match = HEREDOC.search(content)
            heredoc = match[2] if match else ""
    return found


def _stage(instructions: tuple[Instruction, ...]) -> Stage:
    words = instructions[0].value.split()
    # Options alone name no image.
    image, *rest = [word for word in words if not word.startswith("--")] or [""]
    name = rest[1].lower() if len(rest) == 2 and rest[0].upper() == "AS" else ""
    return Stage(image, name, instructions)


def _command(instruction: Instruction) -> Command:
    words = instruction.exec_form
    if words is None:
        text = instruction.value
    elif words[:2] in (
        ["sh", "-c"],
        ["/bin/sh", "-c"],
        ["bash", "-c"],
        ["/bin/bash", "-c"],
    ):
        text = " ".join(words[2:])
    else:
        text = " ".join(words)
    after = instruction.start + len("CMD")
    return Command("web", text, instruction.source, after, instruction.end)
