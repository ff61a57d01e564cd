"""
The check of where uploads go; the silent cases first.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.test import override_settings
from django.test.utils import isolate_apps

from heroku_support.checks import media
from tests.settings.places import KEY, WEB, heroku

BUCKET = {
    "BUCKETEER_AWS_ACCESS_KEY_ID": "key",
    "BUCKETEER_AWS_SECRET_ACCESS_KEY": "secret",
    "BUCKETEER_AWS_REGION": "us-east-1",
    "BUCKETEER_BUCKET_NAME": "bucket",
}


def with_model(
    monkeypatch: pytest.MonkeyPatch, **fields: models.Field[Any, Any]
) -> None:
    """
    Run in a project that has one model, with these fields.
    """
    with isolate_apps("heroku_support") as project:
        names = {"__module__": __name__, "Meta": type("Meta", (), META), **fields}
        type("Upload", (models.Model,), names)
    monkeypatch.setattr(media, "apps", project)


META = {"app_label": "heroku_support"}


def test_uploads_to_the_disk_are_fine_locally(monkeypatch: pytest.MonkeyPatch):
    with_model(monkeypatch, file=models.FileField())

    assert media.check_uploads() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_a_project_without_uploads_is_fine():
    assert media.check_uploads() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_a_field_with_a_storage_of_its_own_is_fine(monkeypatch: pytest.MonkeyPatch):
    field = models.FileField(storage=FileSystemStorage(location="/tmp/scratch"))
    with_model(monkeypatch, file=field, text=models.TextField())

    assert media.check_uploads() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "storages", [{"default": {"BACKEND": "shop.storage.Bucket"}}, {}]
)
def test_another_storage_is_fine(
    monkeypatch: pytest.MonkeyPatch, storages: dict[str, Any]
):
    with_model(monkeypatch, file=models.FileField())

    with override_settings(STORAGES=storages):
        assert media.check_uploads() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_uploads_to_the_dynos_disk_are_an_error_and_the_hint_mends_it(
    monkeypatch: pytest.MonkeyPatch,
):
    with_model(monkeypatch, file=models.FileField())
    assert media.check_uploads() == [media.E009]

    with override_settings(STORAGES=heroku({**WEB, **KEY}, **BUCKET).storages()):
        assert media.check_uploads() == []
