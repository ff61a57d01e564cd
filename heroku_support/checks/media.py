"""
Checks of where uploads go.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core import checks
from django.core.files.storage import DefaultStorage
from django.db.models import FileField

from heroku_support.checks.reading import mapping, on_dyno, setting, text

E009 = checks.Error(
    "Uploads go to the dyno's disk and will be lost at the next restart.",
    hint="heroku addons:create bucketeer, and STORAGES = heroku.storages()",
    id="heroku_support.E009",
)

FILES = "django.core.files.storage."
ON_DISK = ("FileSystemStorage", "InMemoryStorage")


def check_uploads(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    A dyno's disk is its own, and thrown away at least once a day (Dev Center, "Dynos":
    ephemeral filesystem).
    """
    default = mapping(mapping(setting("STORAGES")).get("default"))
    backend = text(default.get("BACKEND"))
    on_disk = backend.startswith(FILES) and backend.endswith(ON_DISK)
    return [E009] if on_disk and on_dyno() and _takes_uploads() else []


def _takes_uploads() -> bool:
    # Where a field has a storage of its own, somebody has thought about it.
    return any(
        isinstance(field, FileField) and isinstance(field.storage, DefaultStorage)
        for model in apps.get_models()
        for field in model._meta.get_fields()
    )
