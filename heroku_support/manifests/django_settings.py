"""
The settings of a project as they come out on a dyno, read without running them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any, cast

from heroku_support.manifests.python_environment import variable
from heroku_support.manifests.python_module import Modules
from heroku_support.manifests.python_scope import Scope
from heroku_support.manifests.python_values import (
    Constant,
    Sequence,
    Table,
    Value,
    parse,
    text_of,
)
from heroku_support.manifests.settings_location import Files, locations
from heroku_support.manifests.source import Source

UNDECIDED = object()
WRITTEN = re.compile(r"""\b(?P<name>\w{1,64})["']?\s*[:=,]\s*["'](?P<text>[^"'\n]+)""")
MOST_TEXTS = 1_000  # that are looked through for secrets
DEEPEST = 5  # levels of a setting that are looked into
MARKS = frozenset(
    {"INSTALLED_APPS", "ROOT_URLCONF"}
)  # by one of which Django's are known


class DjangoSettings:
    """
    What the text of a settings module decides; of all else it says that it does not know.
    """

    def __init__(self, source: Source, scope: Scope) -> None:
        self.source = source
        self.scope = scope

    @property
    def syntax_error(self) -> SyntaxError | None:
        """
        Why the module is no Python.
        """
        tree = None if self.scope.names else parse(self.source)
        return tree if isinstance(tree, SyntaxError) else None

    def get(self, name: str) -> Value | None:
        """
        Return a setting, None where the module does not assign it.
        """
        return self.scope.names.get(name)

    def lacks(self, name: str) -> bool:
        """
        Whether the setting is surely not set, so that Django's default holds.
        """
        return not self.scope.may_have(name)

    def constant(self, name: str, default: object) -> Any:
        """
        Return the value of a setting, Django's default if it is not set, or ``UNDECIDED``.
        """
        value = self.get(name)
        if value is None:
            return default if self.lacks(name) else UNDECIDED
        return value.value if isinstance(value, Constant) else UNDECIDED

    def sequence(self, name: str) -> Sequence | None:
        """
        Return a setting that is a list or a tuple.
        """
        value = self.get(name)
        return value if isinstance(value, Sequence) else None

    def table(self, name: str) -> Table | None:
        """
        Return a setting that is a dict.
        """
        value = self.get(name)
        return value if isinstance(value, Table) else None

    def tables(self, name: str) -> Iterator[tuple[str, Table]]:
        """
        Return the entries of a setting that maps aliases to dicts.
        """
        found = self.table(name)
        for alias, value in found.entries.items() if found else ():
            if isinstance(value, Table):
                yield alias, value

    def app(self, *names: str) -> Value | None:
        """
        Return the entry of one of these apps in ``INSTALLED_APPS``, in either spelling.
        """
        apps = self.sequence("INSTALLED_APPS")
        for each in apps.items if apps else ():
            text = text_of(each) or ""
            if any(text == name or text.startswith(f"{name}.apps.") for name in names):
                return each
        return None

    @property
    def texts(self) -> Iterator[tuple[str, Value]]:
        """
        The settings, their entries and the defaults of config vars that are texts, by their names.
        """
        yield from _texts(self.scope.names)

    @property
    def secrets(self) -> dict[str, str]:
        """
        What may be secret in the file, by names that say so; also where it is no Python.
        """
        written = (
            (each["name"], each["text"]) for each in WRITTEN.finditer(self.source.text)
        )
        known = ((name, text_of(value) or "") for name, value in self.texts)
        found = islice(chain(known, written), MOST_TEXTS)
        # A name may have several values.
        return {f"{at}_{name}": text for at, (name, text) in enumerate(found)}


def _texts(values: dict[str, Value], level: int = 0) -> Iterator[tuple[str, Value]]:
    for name, value in values.items():
        read = variable(value)
        if read and text_of(read.default) is not None:
            yield name, cast(Value, read.default)
        elif text_of(value) is not None:
            yield name, value
        elif isinstance(value, Table) and level < DEEPEST:
            yield from _texts(value.entries, level + 1)


def find(project: Files) -> DjangoSettings | None:
    """
    Return the settings of the dynos, None where no module can be found that is Django's.
    """
    for source, is_named in _candidates(project):
        modules = Modules(_reader(project, source), project.roots)
        scope = Scope()
        modules.run(source, scope)
        settings = DjangoSettings(source, scope)
        if MARKS & scope.names.keys() or (is_named and settings.syntax_error):
            return settings
    return None


def _candidates(project: Files) -> Iterator[tuple[Source, bool]]:
    if project.only:
        source = project.code(project.only) if project.only.endswith(".py") else None
        yield from [(source, False)] if source else []
        return
    seen = set()
    modules = Modules(project.code, project.roots)
    for location in locations(project):
        source = modules.find(location.module)
        if source and source.path not in seen:
            seen.add(source.path)
            yield source, location.source is not None


def _reader(project: Files, main: Source) -> Callable[[str], Source | None]:
    def _read(path: str) -> Source | None:
        # What git does not have is on this machine only: local.py, say.
        stays = project.is_tracked(main.path) and not project.is_tracked(path)
        return None if stays else project.code(path)

    return _read
