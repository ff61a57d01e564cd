"""
What ``migrate`` does when nothing is pending, without reading the migrations.

Django's own way imports every migration and builds the models' states from them twice: half a
second at 1000 migrations. Heroku runs the release phase on every change of a config var.
"""

from __future__ import annotations

from importlib import import_module
from io import TextIOBase
from typing import TextIO, cast

from django.apps import apps
from django.core.management import get_commands
from django.core.management.base import OutputWrapper
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation
from django.utils.module_loading import module_has_submodule

from heroku_support import migration_names
from heroku_support.release import plan


def is_possible() -> bool:
    """
    Whether ``migrate`` is Django's own: a project's may do more when nothing is pending.
    """
    return get_commands()["migrate"] == "django.core"


def find_ahead(connection: BaseDatabaseWrapper) -> list[str] | None:
    """
    Return what a database has that this code does not know; ``None`` if something may be
    pending there.
    """
    on_disk, applied = migration_names.on_disk(), plan.recorded(connection)
    return plan.find_ahead(on_disk, applied) if on_disk <= applied.keys() else None


def emit_signals(alias: str, *, verbosity: int, stream: TextIOBase) -> None:
    """
    Send ``pre_migrate`` and ``post_migrate`` as ``migrate`` does with an empty plan.

    Content types, permissions and sites are made by their receivers; ``flush`` gives those the
    models as they are as well.
    """
    for config in apps.get_app_configs():
        # Their receivers connect themselves there.
        if module_has_submodule(config.module, "management"):
            import_module(".management", config.name)
    connections[alias].prepare_database()
    stdout = OutputWrapper(cast(TextIO, stream))
    # As in migrate: what the receivers write is in no language but the source's.
    with translation.override(None):
        for emit in (emit_pre_migrate_signal, emit_post_migrate_signal):
            emit(
                verbosity=verbosity,
                interactive=False,
                db=alias,
                stdout=stdout,
                apps=apps,
                plan=[],
            )
