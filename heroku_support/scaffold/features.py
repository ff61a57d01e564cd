"""
What a project uses, by its settings, its files and its models.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from heroku_support.manifests import source
from heroku_support.manifests.project import MOST_FILES, Project
from heroku_support.scaffold.errors import ScaffoldError
from heroku_support.scaffold.python_code import Module, read_module
from heroku_support.scaffold.survey import (
    ASGI,
    BEAT,
    CELERY,
    CHANNELS,
    GEO,
    MEDIA,
    REDIS,
    SEARCH,
)

# What an app in INSTALLED_APPS shows.
APPS = {
    "channels": {ASGI, CHANNELS},
    "daphne": {ASGI},
    "django.contrib.gis": {GEO},
    "django_celery_beat": {BEAT, CELERY},
    "haystack": {SEARCH},
}
# What a helper in a block that was written before shows: whoever asked for it still wants it.
HELPERS = {
    "celery": {CELERY},
    "channel_layers": {ASGI, CHANNELS},
    "geo": {GEO},
    "haystack_connections": {SEARCH},
}
SCHEDULES = ("beat_schedule", "CELERY_BEAT_SCHEDULE", "add_periodic_task")
FOLDERS_WITHOUT_CODE = {"node_modules", "staticfiles", "media", "site-packages"}


class Features:
    """
    What is found.

    :param settings: the settings module, whose path is ``path``.
    """

    def __init__(self, project: Project, settings: Module) -> None:
        self.project = project
        self.settings = settings

    def found(self, asked_for: frozenset[str]) -> frozenset[str]:
        """
        Return everything that it uses, or is to use.
        """
        found = set(asked_for)
        for name, features in APPS.items():
            if any(app == name or app.startswith(f"{name}.") for app in self.apps):
                found |= features
        for name, features in HELPERS.items():
            found |= features if self.settings.calls(name) else set()
        if self.settings.assigned("CHANNEL_LAYERS"):
            found |= {ASGI, CHANNELS}
        if self.celery:
            found |= {CELERY, BEAT} if self._has_schedule else {CELERY}
        if self._takes_uploads:
            found |= {MEDIA}
        if self._serves_asgi:
            found |= {ASGI}
        if self._has_store or found & {CELERY, CHANNELS}:
            found |= {REDIS}
        return frozenset(found)

    @cached_property
    def apps(self) -> list[str]:
        """
        Every name in a list whose name ends in ``APPS``.
        """
        names = {
            each.name
            for each in self.settings.assignments
            if each.name.endswith("APPS")
        }
        return [app for name in sorted(names) for app in self.settings.strings(name)]

    @cached_property
    def celery(self) -> str:
        """
        The module of Celery's application as ``celery -A`` takes it, empty without one.
        """
        for path in code_files(self.project.root, depth=2):
            is_named = path.endswith(".py") and "celery" in path.rpartition("/")[2]
            if is_named and self._calls(path, "Celery"):
                dotted = path.removesuffix(".py").replace("/", ".")
                return dotted.removesuffix(".celery")
        return ""

    @property
    def _has_store(self) -> bool:
        # heroku.caches() does not say it, where it has taken a Redis's place: app.json does.
        manifest = self.project.read("app.json")
        caches = " ".join(self.settings.strings("CACHES")).lower()
        return "redis" in caches or bool(manifest and "heroku-redis" in manifest.text)

    @property
    def _has_schedule(self) -> bool:
        path = self.celery.replace(".", "/")
        for each in (self.settings.source.path, f"{path}.py", f"{path}/celery.py"):
            read = self.project.read(each)
            if read and any(name in read.text for name in SCHEDULES):
                return True
        return False

    @property
    def _takes_uploads(self) -> bool:
        # With a storage of its own, somebody has thought about it.
        own = any(map(self.settings.assigned, ("STORAGES", "DEFAULT_FILE_STORAGE")))
        if own and not self.settings.calls("storages"):
            return False
        return bool(self.settings.assigned("MEDIA_ROOT")) or any(
            self._calls(path, "FileField", "ImageField")
            for path in code_files(self.project.root, depth=3)
            if path.endswith("/models.py") or "/models/" in path
        )

    @property
    def _serves_asgi(self) -> bool:
        given = self.settings.assigned
        return bool(given("ASGI_APPLICATION")) and not given("WSGI_APPLICATION")

    def _calls(self, path: str, *names: str) -> bool:
        try:
            return read_module(self.project, path).calls(*names)
        except ScaffoldError:  # a template, or Python of another version
            return False


def code_files(root: Path, *, depth: int) -> Iterator[str]:
    """
    Yield the paths of a project's files, without hidden folders and those of other people's code.
    """
    count = 0
    folders = [("", root)]
    while folders and count < MOST_FILES:
        prefix, folder = folders.pop(0)
        for each in sorted(folder.iterdir()):
            count += 1
            path = f"{prefix}{each.name}"
            if each.name.startswith(".") or each.name in FOLDERS_WITHOUT_CODE:
                continue
            if each.is_dir() and not each.is_symlink():
                is_own = not (each / "pyvenv.cfg").exists()
                if is_own and path.count("/") < depth - 1:
                    folders.append((f"{path}/", each))
            elif source.exists(root, path):
                yield path
