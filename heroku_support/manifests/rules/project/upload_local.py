r"""
Uploads go to the dyno's disk.

Each dyno has its own, and it is thrown away at the next restart, at least once a day (Dev Center,
"Dynos"): what people uploaded is gone.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["people"]

Before, in `people/models.py`:

    from django.db import models


    class Person(models.Model):
        portrait = models.ImageField()

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    INSTALLED_APPS = ["people"]
    STORAGES = heroku.storages()

After, in `people/models.py`:

    from django.db import models


    class Person(models.Model):
        portrait = models.ImageField()
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_models import file_fields, model_files
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import storage

rule = Rule(__name__, "error")

ON_DISK = (
    "django.core.files.storage.FileSystemStorage",
    "django.core.files.storage.InMemoryStorage",
)


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for fields that hold files, where the default storage is a disk.
    """
    settings = project.settings
    if not settings or storage(settings, "default") not in ON_DISK:
        return
    for source in model_files(project, settings):
        for field, start in file_fields(source):
            yield rule.finding(
                source,
                start,
                f"The uploads of this {field} are on the dyno's disk, and lost at its next restart",
                fix="heroku addons:create bucketeer, and write: STORAGES = heroku.storages()",
            )
