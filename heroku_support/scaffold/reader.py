"""
Find out what a project is: its settings module, its server, its dependency manager, its libraries.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from heroku_support.manifests import source
from heroku_support.manifests.facts import facts
from heroku_support.manifests.nodes import text
from heroku_support.manifests.project import MOST_FILES, Project
from heroku_support.manifests.python_version import series
from heroku_support.scaffold.errors import ScaffoldError
from heroku_support.scaffold.python_code import Module
from heroku_support.scaffold.survey import (
    ASGI,
    BEAT,
    CELERY,
    CHANNELS,
    GEO,
    MEDIA,
    REDIS,
    SEARCH,
    Survey,
)

# What an app in INSTALLED_APPS shows.
APPS = {
    "channels": {ASGI, CHANNELS, REDIS},
    "daphne": {ASGI},
    "django.contrib.gis": {GEO},
    "django_celery_beat": {BEAT, CELERY, REDIS},
    "haystack": {SEARCH},
}
# What a helper in a block that was written before shows: whoever asked for it still wants it.
HELPERS = {
    "celery": {CELERY, REDIS},
    "channel_layers": {CHANNELS, REDIS},
    "geo": {GEO},
    "haystack_connections": {SEARCH},
}
# Packages that are called so in every other project, so that they name none.
NAMELESS = {"app", "backend", "config", "conf", "core", "mysite", "project", "src"}
MANAGERS = {
    "uv.lock": "uv",
    "poetry.lock": "poetry",
    "Pipfile.lock": "pipenv",
    "Pipfile": "pipenv",
}
FOLDERS_WITHOUT_CODE = {"node_modules", "staticfiles", "media", "site-packages"}


class Reader:
    """
    Reads a project.

    :param asked_for: features that were asked for on the command line.
    :raises ScaffoldError: if it is no Django project, or cannot be read.
    """

    def __init__(
        self, project: Project, asked_for: frozenset[str] = frozenset()
    ) -> None:
        self.project = project
        self.asked_for = asked_for
        if "manage.py" not in project.names:
            raise ScaffoldError(
                f"There is no manage.py in {project.root}: name the folder that has it."
            )

    def survey(self) -> Survey:
        """
        Return what it is.
        """
        package = self.settings.partition(".")[0]
        return Survey(
            name=self.name,
            package=package,
            settings=self.settings,
            settings_path=self.settings_path,
            servers=self._servers,
            target=self.project.target.name,
            python=self._python,
            manager=self.manager,
            celery=self.celery or package,
            has_pytest=self._has_pytest,
            features=self.features,
        )

    @cached_property
    def settings(self) -> str:
        """
        The settings module that manage.py names.
        """
        found = [
            each.value
            for node in ast.walk(self.module("manage.py").tree)
            if isinstance(node, ast.Call)
            for name, each in zip(node.args, node.args[1:], strict=False)
            if isinstance(name, ast.Constant)
            and name.value == "DJANGO_SETTINGS_MODULE"
            and isinstance(each, ast.Constant)
        ]
        if not found:
            raise ScaffoldError(
                "manage.py names no settings module. Write into it: "
                'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")'
            )
        return str(found[0])

    @cached_property
    def settings_path(self) -> str:
        """
        The file of that module.
        """
        path = self.settings.replace(".", "/")
        for each in (f"{path}.py", f"{path}/__init__.py"):
            if self.project.has(each):
                return each
        raise ScaffoldError(
            f"manage.py names {self.settings}, and there is no {path}.py: correct the name."
        )

    @cached_property
    def settings_module(self) -> Module:
        """
        The settings, as they stand.
        """
        return self.module(self.settings_path)

    def module(self, path: str) -> Module:
        """
        Return a module of the project.

        :raises ScaffoldError: if it cannot be read.
        """
        found = self.project.read(path)
        if found is None:
            raise ScaffoldError(str(self.project.errors[path]))
        try:
            return Module(found)
        except (SyntaxError, ValueError, RecursionError) as error:
            line = getattr(error, "lineno", None) or 1
            raise ScaffoldError(
                f"{path}:{line} is not Python {series(sys.version_info[:2])}: correct it first."
            ) from None

    @cached_property
    def name(self) -> str:
        """
        The name in app.json, or of the settings' package, or of the folder.
        """
        manifest = self.project.app_json
        given = manifest.root.get("name") if manifest else None
        if given and text(given.value):
            return text(given.value)
        package = self.settings.partition(".")[0]
        name = self.project.root.resolve().name if package in NAMELESS else package
        return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "django-app"

    @cached_property
    def manager(self) -> str:
        """
        What installs the dependencies.
        """
        found = [MANAGERS[name] for name in MANAGERS if name in self.project.names]
        if "requirements.txt" in self.project.names:
            return "pip"
        pyproject = self.project.read("pyproject.toml")
        if not found and pyproject and "dependencies" in pyproject.text:
            found = ["poetry" if "[tool.poetry" in pyproject.text else "uv"]
        return found[0] if found else "pip"

    @cached_property
    def features(self) -> frozenset[str]:
        """
        What it uses, or is to use.
        """
        found = set(self.asked_for)
        for app in self.apps:
            for name, features in APPS.items():
                found |= features if app.startswith((f"{name}.", name)) else set()
        for name, features in HELPERS.items():
            found |= features if self.settings_module.calls(name) else set()
        if self.celery:
            found |= {CELERY}
        if CELERY in found and self._has_schedule:
            found |= {BEAT}
        if self._takes_uploads:
            found |= {MEDIA}
        if self._serves_asgi:
            found |= {ASGI}
        caches = " ".join(self.settings_module.strings("CACHES")).lower()
        is_stored = "redis" in caches or found & {CELERY, CHANNELS}
        return frozenset(found | ({REDIS} if is_stored else set()))

    @cached_property
    def apps(self) -> list[str]:
        """
        Every name in a list whose name ends in ``APPS``.
        """
        names = {
            each.name
            for each in self.settings_module.assignments
            if each.name.endswith("APPS")
        }
        return [
            app for name in sorted(names) for app in self.settings_module.strings(name)
        ]

    @cached_property
    def celery(self) -> str:
        """
        The module of Celery's application as ``celery -A`` takes it, empty without one.
        """
        for path in self.files(depth=2):
            if not path.endswith(".py") or "celery" not in path.rpartition("/")[2]:
                continue
            if self._calls(path, "Celery"):
                dotted = path.removesuffix(".py").replace("/", ".")
                return dotted.removesuffix(".celery")
        return ""

    @property
    def _has_schedule(self) -> bool:
        names = ("beat_schedule", "CELERY_BEAT_SCHEDULE", "add_periodic_task")
        path = self.celery.replace(".", "/")
        paths = (self.settings_path, f"{path}.py", f"{path}/celery.py")
        read = (self.project.read(each) for each in paths if self.project.has(each))
        return any(name in each.text for each in read if each for name in names)

    @property
    def _takes_uploads(self) -> bool:
        if self.settings_module.assigned("MEDIA_ROOT"):
            return True
        models = (
            path
            for path in self.files(depth=3)
            if path.endswith("/models.py") or "/models/" in path
        )
        return any(self._calls(path, "FileField", "ImageField") for path in models)

    def _calls(self, path: str, *names: str) -> bool:
        try:
            return self.module(path).calls(*names)
        except ScaffoldError:  # a template, or Python of another version
            return False

    @property
    def _serves_asgi(self) -> bool:
        given = self.settings_module.assigned
        return bool(given("ASGI_APPLICATION")) and not given("WSGI_APPLICATION")

    @property
    def _servers(self) -> tuple[str, str]:
        return self._server("wsgi"), self._server("asgi")

    def _server(self, kind: str) -> str:
        for given in self.settings_module.strings(f"{kind.upper()}_APPLICATION"):
            return given.rpartition(".")[0]
        package = self.settings.partition(".")[0]
        for folder in (package, *sorted(self.project.names)):
            if self.project.has(f"{folder}/{kind}.py"):
                return f"{folder}.{kind}"
        return f"{package}.{kind}"

    @property
    def _python(self) -> str:
        # The file's, else that of whoever runs this, as far as Heroku has it.
        said = self.project.python_version
        if said and said.version:
            return series(said.version)
        python = facts("python")
        running = series(sys.version_info[:2])
        lasting = set(python.words("supported")) - python.pairs("deprecated").keys()
        return running if running in lasting else python.word("default")

    @property
    def _has_pytest(self) -> bool:
        if self.project.names & {"pytest.ini", "conftest.py"}:
            return True
        configured = (
            self.project.read("pyproject.toml"),
            self.project.read("setup.cfg"),
        )
        return any(
            "[tool" in each.text and "pytest" in each.text
            for each in configured
            if each
        )

    def files(self, *, depth: int) -> Iterator[str]:
        """
        Return the files down to a depth, without hidden folders and those of other people's code.
        """
        return iter(_files(self.project.root, depth))


def _files(root: Path, depth: int) -> list[str]:
    found: list[str] = []
    folders = [("", root)]
    while folders and len(found) < MOST_FILES:
        prefix, folder = folders.pop(0)
        for each in sorted(folder.iterdir()):
            path = f"{prefix}{each.name}"
            if each.name.startswith(".") or each.name in FOLDERS_WITHOUT_CODE:
                continue
            if each.is_dir() and not each.is_symlink():
                is_own = not (each / "pyvenv.cfg").exists()
                if is_own and path.count("/") < depth - 1:
                    folders.append((f"{path}/", each))
            elif source.exists(root, path):
                found.append(path)
    return found
