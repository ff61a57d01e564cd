"""
The settings of a project as they come out on a dyno, read without running them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

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
from heroku_support.manifests.settings_location import Files, folders, locations
from heroku_support.manifests.source import Source

UNDECIDED = object()
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

    def lacks_app(self, *names: str) -> bool:
        """
        Whether none of these apps is installed, for sure.
        """
        apps = self.sequence("INSTALLED_APPS")
        return bool(apps and apps.is_complete) and self.app(*names) is None

    @property
    def literals(self) -> dict[str, str]:
        """
        The settings that are texts, which may be secret.
        """
        return dict(_literals(self.scope.names))


def _literals(values: dict[str, Value], level: int = 0) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        text = text_of(value)
        if text:
            yield name, text
        elif isinstance(value, Table) and level < 5:
            yield from _literals(value.entries, level + 1)


def find(project: Files) -> DjangoSettings | None:
    """
    Return the settings of the dynos, None where no module can be found that is Django's.
    """
    for source, is_named in _candidates(project):
        modules = Modules(_reader(project, source), folders(project))
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
    modules = Modules(project.code, folders(project))
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
