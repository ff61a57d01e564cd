r"""
Static files have hashed names, and nothing collects them.

With hashed names a page looks each file up in the manifest that collectstatic writes: without,
every page that names one is an error 500 (Django docs, "ManifestStaticFilesStorage").

Before, in `app.json`:

    {"env": {"DISABLE_COLLECTSTATIC": "1"}}

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.staticfiles"]
    STATIC_ROOT = BASE_DIR / "staticfiles"
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        },
    }

After, in `app.json`:

    {"env": {}}

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.staticfiles"]
    STATIC_ROOT = BASE_DIR / "staticfiles"
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
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import collects_static_files, storage

rule = Rule(__name__, "error")

SWITCH = "DISABLE_COLLECTSTATIC"
MANIFEST = "ManifestStaticFilesStorage"


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the switch, unless a hook or a command collects them.
    """
    settings = project.settings
    if (
        not settings
        or project.variables.get(SWITCH, "0") == "0"
        or not project.has_buildpacks
    ):
        return
    backend = storage(settings, "staticfiles")
    is_hashed = isinstance(backend, str) and backend.endswith(MANIFEST)
    collected = project.has("bin/post_compile") or any(
        "collectstatic" in each.text for each in project.commands
    )
    is_lenient = settings.get("WHITENOISE_MANIFEST_STRICT") is not None
    if (
        is_hashed
        and not collected
        and not is_lenient
        and collects_static_files(settings)
    ):
        place = settings.get("STORAGES") or settings.get("STATICFILES_STORAGE")
        if place:
            yield rule.finding(
                place.source,
                place.start,
                f"{SWITCH} is set, and without collectstatic there is no manifest of hashed names",
                fix=f"Remove {SWITCH} from app.json, and: heroku config:unset {SWITCH}",
            )
