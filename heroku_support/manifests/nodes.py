"""
What YAML and JSON have in common: mappings, sequences and scalars, each with its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Type = Literal["text", "number", "boolean", "null"]


@dataclass(frozen=True)
class Scalar:
    """
    A text, number, boolean or null as it is written; of a text, what it means.
    """

    value: str
    start: int
    end: int
    type: Type = "text"


@dataclass(frozen=True)
class Sequence:
    """
    Items in order.
    """

    items: tuple[Node, ...]
    start: int
    end: int
    type: Literal["sequence"] = field(default="sequence", init=False)


@dataclass(frozen=True)
class Entry:
    """
    A key and its value.
    """

    key: Scalar
    value: Node

    @property
    def name(self) -> str:
        """
        The key's text.
        """
        return self.key.value


@dataclass(frozen=True)
class Mapping:
    """
    Keys and values in order, those that are there twice too.
    """

    entries: tuple[Entry, ...]
    start: int
    end: int
    type: Literal["mapping"] = field(default="mapping", init=False)

    @cached_property
    def _by_name(self) -> dict[str, Entry]:
        return {entry.name: entry for entry in self.entries}

    def get(self, *path: str) -> Entry | None:
        """
        Return the entry at a path of keys, None where there is none; of two the last.
        """
        entry = self._by_name.get(path[0])
        if len(path) == 1 or entry is None:
            return entry
        return mapping(entry.value).get(*path[1:])

    def names(self) -> list[str]:
        """
        Return the keys.
        """
        return list(self._by_name)

    def repeated(self) -> Iterator[tuple[Entry, Entry]]:
        """
        Return what stands there twice: the earlier entry and the later.
        """
        seen: dict[str, Entry] = {}
        for entry in self.entries:
            if entry.name in seen:
                yield seen[entry.name], entry
            seen[entry.name] = entry


Node = Scalar | Sequence | Mapping
NOTHING = Mapping((), 0, 0)


def mapping(node: Node | None) -> Mapping:
    """
    Return the node if it is a mapping, else an empty one.
    """
    return node if isinstance(node, Mapping) else NOTHING


def items(node: Node | None) -> tuple[Node, ...]:
    """
    Return the items of a sequence, else none.
    """
    return node.items if isinstance(node, Sequence) else ()


def text(node: Node | None) -> str:
    """
    Return the text of a scalar, else none.
    """
    return node.value if isinstance(node, Scalar) and node.type == "text" else ""


def mappings(node: Node) -> Iterator[Mapping]:
    """
    Return every mapping in a tree, the outer before the inner.
    """
    if isinstance(node, Mapping):
        yield node
        for entry in node.entries:
            yield from mappings(entry.value)
    for item in items(node):
        yield from mappings(item)


def repeated(node: Node | None) -> Iterator[tuple[Entry, Entry]]:
    """
    Return every key that hides one above it: the earlier entry and the later.
    """
    for each in mappings(node) if node else ():
        yield from each.repeated()


def kind(node: Node) -> str:
    """
    Return what a node is, for a message.
    """
    return {
        "mapping": "a mapping",
        "sequence": "a list",
        "text": "a text",
        "number": "a number",
        "boolean": "a boolean",
        "null": "empty",
    }[node.type]
