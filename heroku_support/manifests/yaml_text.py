"""
YAML as nodes with their places; texts stay as they are written, and nothing is ever built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from heroku_support.manifests.findings import Problem
from heroku_support.manifests.nodes import Entry, Mapping, Node, Scalar, Sequence, Type
from heroku_support.manifests.source import Source
from heroku_support.manifests.yaml_errors import explained, unprintable

DEEPEST = 32  # levels; a heroku.yml has five
MOST_EVENTS = 10_000  # of a reader; a real file has some hundred
# What YAML 1.1 readers take for something else than a text.
NULL = re.compile(r"(~|null|Null|NULL|)\Z")
BOOLEAN = re.compile(r"(?i:y|n|yes|no|on|off|true|false)\Z")
NUMBER = re.compile(
    r"[-+]?(0x[0-9a-fA-F_]+|0b[01_]+|\d[\d_]*(\.[\d_]*)?([eE][-+]?\d+)?|\.\d[\d_]*"
    r"|\d[\d_]*(:[0-5]?\d)+|\.(inf|nan))\Z"
)


class YamlMissingError(Exception):
    """
    PyYAML is not installed.
    """


@dataclass(frozen=True)
class Document:
    """
    The tree, as far as it could be read, and what hindered.
    """

    root: Node | None
    problems: tuple[Problem, ...]


@dataclass
class _Open:
    # A mapping or sequence whose end has not come yet.
    start: int
    is_mapping: bool
    nodes: list[Node] = field(default_factory=list)

    def close(self, end: int) -> Node:
        """
        Return the node, now that its end is known.
        """
        last = self.nodes[-1].end if self.nodes else end
        if not self.is_mapping:
            return Sequence(tuple(self.nodes), self.start, last)
        pairs = zip(self.nodes[::2], self.nodes[1::2], strict=True)
        return Mapping(
            tuple(Entry(_key(key), value) for key, value in pairs), self.start, last
        )


def parse(source: Source, loader: Any = None) -> Document:
    """
    Return the text's tree.

    Event by event, so that an alias is seen before anything is copied, and a text of a
    thousand brackets is given up at the thirty-third.

    :raises YamlMissingError: without PyYAML.
    """
    try:
        import yaml
    except ImportError:
        raise YamlMissingError from None
    problems: list[Problem] = []
    # libyaml's is twenty times as fast; not every build of PyYAML has it.
    loader = loader or getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        root = _tree(yaml.parse(source.text, Loader=loader), problems)
    except yaml.MarkedYAMLError as error:
        root = None
        context = error.context_mark.index if error.context_mark else None
        offset = error.problem_mark.index if error.problem_mark else 0
        problems.append(explained(source, str(error.problem), offset, context))
    except yaml.YAMLError:  # a character that YAML has not
        root = None
        problems.append(unprintable(source))
    return Document(root, tuple(problems))


def _tree(events: Iterator[Any], problems: list[Problem]) -> Node | None:
    opened: list[_Open] = []
    root: Node | None = None
    for number, event in enumerate(events):
        if number == MOST_EVENTS:
            problems.append(_too_many(event.start_mark.index))
            return None
        name = type(event).__name__
        if name == "DocumentStartEvent" and root is not None:
            problems.append(_second_document(event.start_mark.index))
            return root
        node: Node | None = None
        if name in ("MappingStartEvent", "SequenceStartEvent"):
            if len(opened) == DEEPEST:
                problems.append(_too_deep(event.start_mark.index))
                return None
            opened.append(_Open(event.start_mark.index, name[0] == "M"))
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            node = opened.pop().close(event.end_mark.index)
        elif name == "ScalarEvent":
            node = _scalar(event)
        elif name == "AliasEvent":
            node = Scalar("", event.start_mark.index, event.end_mark.index)
            problems.append(_alias(event))
        if node is not None and opened:
            opened[-1].nodes.append(node)
        elif node is not None:
            root = node
    return root


def _scalar(event: Any) -> Scalar:
    start, end = event.start_mark.index, event.end_mark.index
    kind: Type = "text"
    # A plain one: neither quoted nor a block, and without a tag that says what it is.
    if not event.style and event.tag is None:
        kind = type_of(event.value)
    return Scalar(event.value, start, end, kind)


def type_of(plain: str) -> Type:
    """
    Return what YAML takes an unquoted word for.
    """
    if NULL.match(plain):
        return "null"
    if BOOLEAN.match(plain):
        return "boolean"
    return "number" if NUMBER.match(plain) else "text"


def _key(node: Node) -> Scalar:
    return node if isinstance(node, Scalar) else Scalar("?", node.start, node.end)


def _alias(event: Any) -> Problem:
    return Problem(
        "yaml-alias",
        event.start_mark.index,
        f"The alias *{event.anchor} is not followed",
        f"Write out what &{event.anchor} names.",
    )


def _too_deep(offset: int) -> Problem:
    message = f"More than {DEEPEST} levels are nested here"
    return Problem(
        "yaml-syntax", offset, message, "heroku.yml needs no more than five."
    )


def _too_many(offset: int) -> Problem:
    message = "Too much stands before this to be read"
    return Problem("yaml-syntax", offset, message, "heroku.yml needs some ten lines.")


def _second_document(offset: int) -> Problem:
    message = "A second YAML document begins here"
    return Problem("yaml-syntax", offset, message, "Remove the line ---.")
