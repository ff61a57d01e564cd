"""
A project: which of the files are there that Heroku reads, and where it is to run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from heroku_support.manifests import django_settings, folders, requirements, source
from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.aptfile import Aptfile
from heroku_support.manifests.checked import Checked
from heroku_support.manifests.commands import Command
from heroku_support.manifests.declared import Declared, from_pipfile, from_pyproject
from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.dockerfile import Dockerfile, DockerfileMissingError
from heroku_support.manifests.git_index import LARGEST as LARGEST_INDEX
from heroku_support.manifests.git_index import Index
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.ignoring import NAMES as IGNORE_FILES
from heroku_support.manifests.ignoring import IgnoreFile
from heroku_support.manifests.live import Live
from heroku_support.manifests.nodes import mapping, text
from heroku_support.manifests.procfile import Procfile
from heroku_support.manifests.python_version import PythonVersion, Runtime
from heroku_support.manifests.requirements import Dependencies, Requirement
from heroku_support.manifests.source import Source, SourceError
from heroku_support.manifests.toml_document import TomlDocument
from heroku_support.manifests.yaml_text import YamlMissingError

TARGETS = ("cedar", "container", "fir")
LOCKS = ("requirements.txt", "Pipfile.lock", "poetry.lock", "uv.lock")
# What one folder may hold beside a manifest and still be no more than a place for it.
MANIFESTS = frozenset(
    {
        "Procfile",
        "heroku.yml",
        "app.json",
        "project.toml",
        "Dockerfile",
        ".python-version",
    }
    | {"runtime.txt", "README.md", "Aptfile", *IGNORE_FILES}
)
LARGEST_LOCK = 4 * 1024 * 1024  # bytes
LARGEST_REQUIREMENTS = 1024 * 1024  # bytes, with the hashes of pip-compile
LARGEST_DOCKERFILE = 64 * 1024  # bytes
LARGEST_CODE = 64 * 1024  # bytes; long settings have 30 kB
MOST_COMMANDS = 500
MOST_NAMES = 200  # of the root, that are looked into for a manage.py
UNPINNED = (999,)  # the newest
MOST_FILES = 10_000  # that are looked at, of one folder
# A file of cookiecutter or Jinja2 with conditions: what it will be is decided elsewhere.
TEMPLATE = re.compile(r"\{%-?\s*\w")
T = TypeVar("T")


@dataclass(frozen=True)
class Target:
    """
    Where the project is to run, and why that is believed.
    """

    name: str
    why: str


class Project:
    """
    The files of a folder, each read when a rule asks for it, and once.

    :param target: None to guess it from the files.
    :param only: the path of the one file to look at.
    :param texts: what to take for a file's text, instead of what is on the disk.
    :param checked: what the system checks say of its settings, None where none were run.
    """

    def __init__(
        self,
        root: Path,
        target: str | None = None,
        only: str | None = None,
        texts: Mapping[str, Source] = MappingProxyType({}),
        checked: Checked | None = None,
    ) -> None:
        self.root = root
        self.only = only
        self.checked = checked
        self.asked_for = target
        self.live = Live()  # until somebody has asked
        self.errors: dict[str, SourceError] = {}
        self.missing_extra: dict[str, str] = {}
        self._sources: dict[str, Source | None] = dict(texts)

    @cached_property
    def names(self) -> frozenset[str]:
        """
        What the root holds.
        """
        with os.scandir(self.root) as found:
            return frozenset(each.name for each in islice(found, MOST_FILES))

    @property
    def is_whole(self) -> bool:
        """
        Whether this is a project, and not a folder for a file or two.

        Only a whole one can lack something.
        """
        return self.only is None and bool(self.names - MANIFESTS)

    @cached_property
    def target(self) -> Target:
        """
        What was asked for, or what the files tell.
        """
        if self.asked_for:
            return Target(self.asked_for, "asked for")
        if "heroku.yml" in self.names and self.only in (None, "heroku.yml"):
            return Target("container", "guessed from heroku.yml")
        if "project.toml" in self.names:
            return Target("fir", "guessed from project.toml")
        if self.app_json and self.app_json.stack == "container":
            return Target("container", "guessed from the stack in app.json")
        return Target("cedar", "assumed, without heroku.yml and project.toml")

    @property
    def has_buildpacks(self) -> bool:
        """
        Whether it is built by buildpacks, and not from a Dockerfile.
        """
        return self.target.name in ("cedar", "fir")

    def is_read_by(self, *targets: str) -> bool:
        """
        Whether one of these targets is what the project is for.

        Where none was asked for, each file is held against the target that reads it.
        """
        return self.asked_for is None or self.asked_for in targets

    def read(self, name: str, *, largest: int = source.LARGEST) -> Source | None:
        """
        Return a file's text, None where there is none or it cannot be read: ``errors`` says why.
        """
        if name not in self._sources:
            try:
                self._sources[name] = source.read(self.root, name, largest=largest)
            except SourceError as error:
                self.errors[name] = error
                self._sources[name] = None
        return self._sources[name]

    def code(self, name: str) -> Source | None:
        """
        Return the text of a file that Heroku does not read, None where that cannot be read.
        """
        if name not in self._sources:
            try:
                found = source.read(self.root, name, largest=LARGEST_CODE)
            except (SourceError, ValueError):  # ValueError: no path at all
                found = None
            self._sources[name] = found
        return self._sources[name]

    def folder(self, name: str) -> frozenset[str]:
        """
        Return what a folder of the root holds, nothing where it is none.
        """
        try:
            inside = source.inside(self.root, name)
            with os.scandir(inside) as found:
                return frozenset(each.name for each in islice(found, MOST_FILES))
        except (OSError, SourceError, ValueError):
            return frozenset()

    def with_texts(self, texts: Mapping[str, Source]) -> Project:
        """
        Return the project as it would be with these texts.
        """
        project = Project(self.root, self.asked_for, self.only, texts, self.checked)
        project.live = self.live
        return project

    def has(self, name: str) -> bool:
        """
        Whether there is such a file.
        """
        return source.exists(self.root, name)

    def is_folder(self, name: str) -> bool:
        """
        Whether there is such a folder.
        """
        return source.is_folder(self.root, name)

    def is_tracked(self, name: str) -> bool:
        """
        Whether git has the file in its index, if this folder is a repository's root.
        """
        return self.index.has(name)

    @cached_property
    def index(self) -> Index:
        """
        Git's index, an empty one where this folder is no repository's root.
        """
        try:
            found = source.read_bytes(self.root, ".git/index", largest=LARGEST_INDEX)
        except (OSError, SourceError):
            return Index(b"")
        return Index(b"" if self.only else found[0])

    @cached_property
    def paths(self) -> frozenset[str]:
        """
        The files, some folders deep; of one that is examined alone, none beside it.
        """
        return frozenset() if self.only else folders.files(self.root)

    @property
    def sources(self) -> Iterator[Source]:
        """
        Every text that Heroku reads itself, of those that were read.
        """
        for each in self._sources.values():
            if each is not None and not each.path.endswith((".py", "pyproject.toml")):
                yield each

    @cached_property
    def procfile(self) -> Procfile | None:
        """
        The Procfile.
        """
        target = self.asked_for or ("fir" if self.target.name == "fir" else "")
        return self._model("Procfile", partial(Procfile, target=target))

    @cached_property
    def heroku_yml(self) -> HerokuYml | None:
        """
        heroku.yml.
        """
        try:
            return self._model("heroku.yml", HerokuYml)
        except YamlMissingError:
            self.missing_extra["heroku.yml"] = "PyYAML"
            return None

    @cached_property
    def app_json(self) -> AppJson | None:
        """
        app.json.
        """
        return self._model("app.json", AppJson)

    @cached_property
    def python_version(self) -> PythonVersion | None:
        """
        ``.python-version``.
        """
        return self._model(".python-version", PythonVersion)

    @cached_property
    def runtime(self) -> Runtime | None:
        """
        ``runtime.txt``.
        """
        return self._model("runtime.txt", Runtime)

    @cached_property
    def project_toml(self) -> TomlDocument | None:
        """
        project.toml, which Fir reads.
        """
        return self._model("project.toml", TomlDocument)

    @cached_property
    def aptfile(self) -> Aptfile | None:
        """
        The Aptfile.
        """
        return self._model("Aptfile", Aptfile)

    @cached_property
    def ignore_files(self) -> tuple[IgnoreFile, ...]:
        """
        ``.gitignore``, ``.slugignore`` and ``.dockerignore``, those that are there.
        """
        found = (self._model(name, IgnoreFile) for name in IGNORE_FILES)
        return tuple(each for each in found if each)

    @cached_property
    def declared(self) -> Declared | None:
        """
        What pyproject.toml or a Pipfile asks for, where it has a lock.
        """
        if self.lock == "Pipfile.lock":
            return self._model("Pipfile", from_pipfile)
        return self._model("pyproject.toml", from_pyproject)

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """
        The folders that a top-level module may be in, empty or ending in a slash.
        """
        named = sorted(name for name in self.names if not name.startswith("."))
        beside = [name for name in named[:MOST_NAMES] if self.has(f"{name}/manage.py")]
        return ("", *(f"{name}/" for name in beside))

    @cached_property
    def settings(self) -> DjangoSettings | None:
        """
        Django's settings as they come out on a dyno, None where none are found.
        """
        return django_settings.find(self)

    @cached_property
    def dockerfiles(self) -> dict[str, Dockerfile]:
        """
        The Dockerfiles that heroku.yml names, or the one in the root, by their path.
        """
        images = self.heroku_yml.images.values() if self.heroku_yml else ()
        named = [image.dockerfile.value for image in images if image.dockerfile]
        if self.only:
            named = [self.only] if Path(self.only).name.startswith("Dockerfile") else []
        found = {}
        for name in dict.fromkeys(named or ([] if self.only else ["Dockerfile"])):
            path = os.path.normpath(name).replace(os.sep, "/")
            model = self._dockerfile(path)
            if model:
                found[path] = model
        return found

    @property
    def commands(self) -> tuple[Command, ...]:
        """
        Everything that a process of the target runs.
        """
        found: list[Command] = []
        if self.procfile and self.is_read_by("cedar", "fir"):
            found += self.procfile.commands
        if self.is_read_by("container"):
            found += self.heroku_yml.commands if self.heroku_yml else ()
            found += self._images_commands()
        return tuple(found[:MOST_COMMANDS])

    @property
    def variables(self) -> dict[str, str]:
        """
        The config vars that the files give a value, which may be secret.
        """
        found: dict[str, str] = {}
        if self.app_json:
            for _, entry in self.app_json.entries("env"):
                inner = mapping(entry.value).get("value")
                found[entry.name] = text(inner.value if inner else entry.value)
        if self.heroku_yml:
            for section in ("setup", "build"):
                for entry in self.heroku_yml.section(section, "config").entries:
                    found[entry.name] = text(entry.value)
        for dockerfile in self.dockerfiles.values():
            found |= dockerfile.variables
        for command in self.commands:
            for part in command.parts:
                found |= {name: word.text for name, word in part.assignments.items()}
        return found

    @cached_property
    def lock(self) -> str | None:
        """
        The file that says what is installed, where there is exactly one.
        """
        found = [name for name in LOCKS if name in self.names]
        return found[0] if len(found) == 1 else None

    @cached_property
    def dependencies(self) -> Dependencies | None:
        """
        The packages that are installed, as far as the files tell.
        """
        largest = {"requirements.txt": LARGEST_REQUIREMENTS}
        lock = (
            self.read(self.lock, largest=largest.get(self.lock, LARGEST_LOCK))
            if self.lock
            else None
        )
        if lock is None or self.only not in (None, self.lock):
            return None
        if lock.path == "requirements.txt":
            read = partial(self.read, largest=LARGEST_REQUIREMENTS)
            return requirements.from_requirements(lock, read)
        if lock.path == "Pipfile.lock":
            return requirements.from_pipfile_lock(lock)
        return requirements.from_lock(lock)

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """
        The lines of requirements.txt that ask for a package, where that is the lock.
        """
        return self.dependencies.requirements if self.dependencies else ()

    def version(self, package: str) -> tuple[int, ...]:
        """
        Return the version that a package is pinned to, a very high one where none is known.
        """
        found = self.dependencies.versions.get(package) if self.dependencies else None
        return found or UNPINNED

    def _images_commands(self) -> Iterator[Command]:
        # heroku.yml's "run" takes the place of what an image would run.
        if self.heroku_yml and self.heroku_yml.root.get("run"):
            return
        for dockerfile in self.dockerfiles.values():
            if dockerfile.command:
                yield dockerfile.command

    def _dockerfile(self, path: str) -> Dockerfile | None:
        if self.is_folder(path):  # dockerfile-missing says so
            return None
        self.read(path, largest=LARGEST_DOCKERFILE)
        try:
            return self._model(path, Dockerfile)
        except DockerfileMissingError:
            self.missing_extra[path] = "dockerfile-parse"
            return None

    def _model(self, name: str, model: Callable[[Source], T]) -> T | None:
        if self.only not in (None, name):
            return None
        if "/" not in name and name not in self.names:  # as macOS would not say
            return None
        found = self.read(name)
        if found is None or TEMPLATE.search(found.text):
            return None
        return model(found)
