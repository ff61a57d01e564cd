"""
app.json: what a review app, a CI run and Heroku Button set up.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from heroku_support.manifests.json_text import Document
from heroku_support.manifests.nodes import Entry, Mapping, Node, items, mapping, text
from heroku_support.manifests.source import Source


class AppJson:
    """
    The tree, and its parts for the app itself and for each of its environments.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.document = Document(source)

    @property
    def root(self) -> Mapping:
        """
        The keys; empty where the text is no object.
        """
        return mapping(self.document.root)

    @cached_property
    def environments(self) -> dict[str, Mapping]:
        """
        The app under "", and what overrides it in review apps and tests.
        """
        found = {"": self.root}
        for entry in mapping(self._value("environments")).entries:
            found[entry.name] = mapping(entry.value)
        return found

    def entries(self, key: str) -> Iterator[tuple[str, Entry]]:
        """
        Return the entries of this key with their environments: ``env``, ``formation``.
        """
        for environment, parts in self.environments.items():
            entry = parts.get(key)
            for each in mapping(entry.value).entries if entry else ():
                yield environment, each

    def sections(self, key: str) -> Iterator[tuple[str, Entry]]:
        """
        Return the key itself wherever it stands.
        """
        for environment, parts in self.environments.items():
            entry = parts.get(key)
            if entry:
                yield environment, entry

    def addons(self) -> Iterator[tuple[str, Node]]:
        """
        Return the plan of each add-on with its environment.
        """
        for environment, entry in self.sections("addons"):
            for item in items(entry.value):
                plan = mapping(item).get("plan")
                yield environment, plan.value if plan else item

    def buildpacks(self) -> Iterator[tuple[str, list[tuple[str, Node]]]]:
        """
        Return each list of buildpacks: the addresses and their places.
        """
        for environment, entry in self.sections("buildpacks"):
            found = []
            for item in items(entry.value):
                url = mapping(item).get("url")
                node = url.value if url else item
                found.append((text(node), node))
            yield environment, found

    @property
    def stack(self) -> str:
        """
        The stack that it asks for, or none.
        """
        return text(self._value("stack"))

    def _value(self, key: str) -> Node | None:
        entry = self.root.get(key)
        return entry.value if entry else None
