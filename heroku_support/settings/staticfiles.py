"""
Static files by WhiteNoise: ``STORAGES``, and its places in the apps and the middleware.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_support import addons
from heroku_support.dyno import runs_tests
from heroku_support.settings.hosts import canonical_hosts
from heroku_support.settings.security import debug_is_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heroku_support.settings import Record
    from heroku_support.settings.typed import StorageSettings

FILES = "django.core.files.storage.FileSystemStorage"
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"

SECURITY_MIDDLEWARE = "django.middleware.security.SecurityMiddleware"
WHITENOISE_MIDDLEWARE = "whitenoise.middleware.WhiteNoiseMiddleware"
HEROKU_MIDDLEWARE = "heroku_support.middleware.HerokuMiddleware"
CANONICAL_HOST_MIDDLEWARE = "heroku_support.middleware.CanonicalHostMiddleware"

# Options of S3Storage: without either, boto3 takes its first region.
REGION_OR_ENDPOINT = frozenset({"region_name", "endpoint_url"})

STATICFILES_APP = "django.contrib.staticfiles"
NOSTATIC_APP = "whitenoise.runserver_nostatic"
OWN_APP = "heroku_support"


def storages(record: Record, *, public: bool) -> dict[str, StorageSettings]:
    """
    Return ``STORAGES``: hashed and compressed static files where they were collected.
    """
    plain = _reason_for_plain_storage(record)
    backend, why = (
        (PLAIN, plain) if plain else (MANIFEST, "hashed names, cached for ever")
    )
    files: StorageSettings = {"BACKEND": FILES}
    bucket = addons.first(record.dyno.vars, addons.MEDIA)
    if bucket:
        from heroku_support.settings import media  # here: few apps have a bucket

        files = media.uploads(record, bucket, public=public) or files
        why = f"{why}; uploads in a bucket, {'public' if public else 'private'}"
        if not REGION_OR_ENDPOINT.intersection(files.get("OPTIONS", {})):
            why = f"{why}, no region: signed URLs are good in us-east-1 only"
    elif record.dyno.is_heroku:
        why = f"{why}; no bucket: uploads are lost when the dyno restarts"
    # With "default" as well: without it Django refuses every upload.
    value: dict[str, StorageSettings] = {
        "default": files,
        "staticfiles": {"BACKEND": backend},
    }
    return record.decide("STORAGES", value, source=bucket or "default", why=why)


def _reason_for_plain_storage(record: Record) -> str:
    dyno = record.dyno
    if dyno.phase == "ci":
        return "Heroku CI does not collect static files"
    if runs_tests(dyno):
        return "tests run without collected static files"
    local = dyno.phase == "local" and debug_is_on(record)
    return "DEBUG, locally" if local else ""


def middleware(record: Record, given: Sequence[str]) -> list[str]:
    """
    Return the list with ours first and WhiteNoise after ``SecurityMiddleware``, each once.

    Where there is a canonical host, the redirect to it comes next: static files are the same
    under any host, and one that is http is on its way to https by then.
    """
    value = _listed(record, "middleware", given)
    if HEROKU_MIDDLEWARE not in value:
        value.insert(0, HEROKU_MIDDLEWARE)
    if WHITENOISE_MIDDLEWARE not in value:
        before = (
            SECURITY_MIDDLEWARE if SECURITY_MIDDLEWARE in value else HEROKU_MIDDLEWARE
        )
        value.insert(value.index(before) + 1, WHITENOISE_MIDDLEWARE)
    if canonical_hosts(record) and CANONICAL_HOST_MIDDLEWARE not in value:
        after = value.index(WHITENOISE_MIDDLEWARE)
        value.insert(after + 1, CANONICAL_HOST_MIDDLEWARE)
    why = "health paths are answered before any host check or redirect"
    return record.decide("MIDDLEWARE", value, source="argument", why=why)


def installed_apps(record: Record, given: Sequence[str]) -> list[str]:
    """
    Return the list with this package, and WhiteNoise's app above ``staticfiles``, each once.
    """
    value = _listed(record, "installed_apps", given)
    staticfiles = _position(value, STATICFILES_APP)
    if staticfiles is not None and NOSTATIC_APP not in value:
        value.insert(staticfiles, NOSTATIC_APP)
    if _position(value, OWN_APP) is None:
        value.append(OWN_APP)
    why = "runserver serves static files as production does"
    return record.decide("INSTALLED_APPS", value, source="argument", why=why)


def _listed(record: Record, helper: str, given: Sequence[str]) -> list[str]:
    if not isinstance(given, str):
        return list(given)
    reason = "takes a list, and not a text."
    record.problem(f"{helper}(…)", reason, f'heroku.{helper}(["{given}"])')
    return [given]


def _position(apps: Sequence[str], name: str) -> int | None:
    # An app is listed by its name or by the path of its configuration.
    for position, app in enumerate(apps):
        if app == name or app.startswith(f"{name}."):
            return position
    return None
