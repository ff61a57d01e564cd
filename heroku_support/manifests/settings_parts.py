"""
Parts of the settings that several rules ask about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from heroku_support.manifests.django_settings import UNDECIDED, DjangoSettings
from heroku_support.manifests.python_environment import Variable, variable
from heroku_support.manifests.python_values import (
    Call,
    Constant,
    Sequence,
    Table,
    Value,
)

STATICFILES = "django.contrib.staticfiles"
LOCAL_CACHE = "django.core.cache.backends.locmem.LocMemCache"
# What each storage was set by before Django 4.2, and Django's default.
STORAGES = {
    "default": (
        "DEFAULT_FILE_STORAGE",
        "django.core.files.storage.FileSystemStorage",
    ),
    "staticfiles": (
        "STATICFILES_STORAGE",
        "django.contrib.staticfiles.storage.StaticFilesStorage",
    ),
}
LOCAL_STATIC = (f"{STATICFILES}.storage.", "whitenoise.storage.")


def storage(settings: DjangoSettings, alias: str) -> Any:
    """
    Return the class of a storage, or ``UNDECIDED``.
    """
    older, default = STORAGES[alias]
    if settings.lacks("STORAGES"):
        return settings.constant(older, default)
    table = settings.table("STORAGES")
    backend = table.get(alias, "BACKEND") if table else None
    return backend.value if isinstance(backend, Constant) else UNDECIDED


def collects_static_files(settings: DjangoSettings) -> bool:
    """
    Whether static files surely are files of this app, and collected.
    """
    backend = storage(settings, "staticfiles")
    is_local = isinstance(backend, str) and backend.startswith(LOCAL_STATIC)
    return is_local and settings.app(STATICFILES) is not None


def cache(settings: DjangoSettings, alias: str) -> Any:
    """
    Return the backend of a cache, or ``UNDECIDED``.
    """
    if settings.lacks("CACHES"):
        return LOCAL_CACHE
    table = settings.table("CACHES")
    backend = table.get(alias, "BACKEND") if table else None
    return backend.value if isinstance(backend, Constant) else UNDECIDED


def variables(value: Value | None) -> Iterator[tuple[Value, Variable]]:
    """
    Return the config vars whose text a setting takes, with their places.
    """
    if value is None:
        return
    read = variable(value)
    if read:
        yield value, read
    for inner in _parts(value):
        yield from variables(inner)


def demanded(settings: DjangoSettings) -> list[str]:
    """
    Return the config vars without which the settings do not load.
    """
    found = []
    for name in settings.scope.names:
        for value, read in variables(settings.get(name)):
            # In a line that is not indented, it is read whatever the phase.
            line = value.source.line(value.source.position(value.start).line)
            if read.is_required and line[:1].strip():
                found.append(read.name)
    return list(dict.fromkeys(found))


def _parts(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Sequence):
        return value.items
    if isinstance(value, Table):
        return tuple(value.entries.values())
    if isinstance(value, Call) and variable(value) is None:
        return (*value.arguments, *value.keywords.values())
    return ()
