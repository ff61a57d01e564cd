"""
heroku.yml: setup, build, release and run of an app that is built from a Dockerfile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from heroku_support.manifests.commands import Command
from heroku_support.manifests.nodes import (
    NOTHING,
    Entry,
    Mapping,
    Node,
    Scalar,
    items,
    mapping,
    text,
)
from heroku_support.manifests.repairs import repair
from heroku_support.manifests.source import Source
from heroku_support.manifests.yaml_text import Document, parse


@dataclass(frozen=True)
class Image:
    """
    What ``build.docker`` builds.
    """

    entry: Entry
    dockerfile: Scalar | None
    target: Scalar | None


class HerokuYml:
    """
    The tree and its sections.

    :raises YamlMissingError: without PyYAML.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.document = _repaired(source, parse(source))

    @property
    def root(self) -> Mapping:
        """
        The sections; empty where the text is no mapping.
        """
        return mapping(self.document.root)

    def section(self, *path: str) -> Mapping:
        """
        Return a mapping by its path, an empty one where there is none.
        """
        entry = self.root.get(*path)
        return mapping(entry.value) if entry else NOTHING

    @cached_property
    def images(self) -> dict[str, Image]:
        """
        The images that are built, by their name.
        """
        return {
            entry.name: _image(entry)
            for entry in self.section("build", "docker").entries
        }

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """
        What ``release`` and ``run`` name.
        """
        release = self.root.get("release", "command")
        found = [("release", release.value)] if release else []
        for entry in self.section("run").entries:
            found.append((entry.name, command(entry)))
        return tuple(
            Command(process, scalar.value, self.source, scalar.start, scalar.end)
            for process, node in found
            for scalar in _scalars(node)
        )


def command(entry: Entry) -> Node:
    """
    Return the command of a process of ``run``, in either of its forms.
    """
    inner = mapping(entry.value).get("command")
    return inner.value if inner else entry.value


def _repaired(source: Source, document: Document) -> Document:
    # A tab is certain, and an alias or a level too deep is no mistake in the indentation.
    if document.root or len(document.problems) != 1 or document.problems[0].edits:
        return document
    found = repair(source, document.problems[0].offset)
    return Document(None, (found,)) if found else document


def _image(entry: Entry) -> Image:
    if isinstance(entry.value, Scalar):
        return Image(entry, entry.value if text(entry.value) else None, None)
    parts = mapping(entry.value)
    return Image(entry, _scalar(parts, "dockerfile"), _scalar(parts, "target"))


def _scalar(parts: Mapping, name: str) -> Scalar | None:
    entry = parts.get(name)
    value = entry.value if entry else None
    return value if isinstance(value, Scalar) and text(value) else None


def _scalars(node: Node) -> Iterator[Scalar]:
    for each in (node, *items(node)):
        if isinstance(each, Scalar) and text(each):
            yield each
