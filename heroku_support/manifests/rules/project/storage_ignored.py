r"""
A setting for storages is one that Django dropped.

Django 5.1 does not look at `DEFAULT_FILE_STORAGE` and `STATICFILES_STORAGE` (Django 5.1 release
notes, "Features removed in 5.1"): uploads go to the dyno's disk, and static files have no hashed
names.

Before, in `requirements.txt`:

    Django==5.2.8

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    STATICFILES_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"

After, in `requirements.txt`:

    Django==5.2.8

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        },
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import UNPINNED, Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import STORAGES

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for them where a newer Django is pinned.
    """
    settings = project.settings
    version = project.version("django")
    if (
        not settings
        or not settings.lacks("STORAGES")
        or not (5, 1) <= version < UNPINNED
    ):
        return
    for alias, (name, _) in STORAGES.items():
        value = settings.get(name)
        if value:
            yield rule.finding(
                value.source,
                value.start,
                f"Django {version[0]}.{version[1]} does not look at {name}",
                fix=f'Write: STORAGES = {{"{alias}": {{"BACKEND": …}}, …}}, with both of "default"'
                ' and "staticfiles"',
            )
