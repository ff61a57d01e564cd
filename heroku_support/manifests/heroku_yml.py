"""
heroku.yml: setup, build, release and run of an app that is built from a Dockerfile.

The sections and keys are those of Dev Center, "Building Docker Images with heroku.yml"
(25 April 2024); there is no published schema.
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
from heroku_support.manifests.source import Source
from heroku_support.manifests.yaml_text import Document, parse

SECTIONS = ("setup", "build", "release", "run")
KEYS = {
    "setup": ("addons", "config"),
    "build": ("docker", "config"),
    "release": ("command", "image"),
}
# Of the developer preview of 2018, which built with buildpacks.
LEGACY = ("languages", "packages", "pre", "post")


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
        self.document: Document = parse(source)

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
