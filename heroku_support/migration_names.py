"""
Which migrations the code has, without importing them.

Django's own way builds the models' states from all of them: half a second at 1000 migrations.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from importlib import import_module

from django.apps import apps
from django.db.migrations.loader import MIGRATIONS_MODULE_NAME, MigrationLoader

Key = tuple[str, str]  # the label of an app, the name of a migration


def on_disk() -> set[Key]:
    """
    Return the names of the migrations that Django would load.
    """
    return {
        (label, name)
        for label in apps.app_configs
        for _, name, is_package in pkgutil.iter_modules(_folders(label))
        if not is_package and name[0] not in "_~"
    }


def _folders(label: str) -> Iterable[str]:
    """
    Return where an app's migrations are, by the rules of ``MigrationLoader.load_disk()``.
    """
    name, is_explicit = MigrationLoader.migrations_module(label)
    if name is None:
        return []
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        if is_explicit or MIGRATIONS_MODULE_NAME not in (error.name or "").split("."):
            raise
        return []
    folders: Iterable[str] = getattr(module, "__path__", [])
    has_file = getattr(module, "__file__", None) is not None
    # A folder without __init__.py has no migrations, nor a path that is a list.
    return folders if has_file or isinstance(folders, list) else []
