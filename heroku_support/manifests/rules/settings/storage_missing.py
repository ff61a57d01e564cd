r"""
`STORAGES` names one storage and drops the other.

The setting replaces Django's default as a whole: a file field without `"default"`, and every `{%
static %}` without `"staticfiles"`, is an error 500 (`InvalidStorageError`).

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    STORAGES = {
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        },
    }

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

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import STORAGES

rule = Rule(__name__, "warning")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for both.
    """
    table = settings.table("STORAGES")
    for alias, (_, default) in STORAGES.items():
        if table and table.lacks(alias):
            yield rule.finding(
                table.source,
                table.start,
                f"STORAGES has no '{alias}', and Django's default for it does not hold",
                fix=f'Add: "{alias}": {{"BACKEND": "{default}"}},',
            )
