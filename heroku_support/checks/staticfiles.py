"""
Checks of the static files.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core import checks

from heroku_support.checks.reading import (
    is_installed,
    mapping,
    on_dyno,
    setting,
    text,
    texts,
    variables,
)
from heroku_support.settings.staticfiles import (
    NOSTATIC_APP,
    SECURITY_MIDDLEWARE,
    STATICFILES_APP,
    WHITENOISE_MIDDLEWARE,
)

E010 = checks.Error(
    "STATIC_ROOT is not set, and collectstatic fails the build without it.",
    hint='STATIC_ROOT = BASE_DIR / "staticfiles"',
    id="heroku_support.E010",
)
E011 = checks.Error(
    "The manifest of the static files is missing: pages that name one will fail.",
    hint="Let the build run collectstatic: heroku config:unset DISABLE_COLLECTSTATIC",
    id="heroku_support.E011",
)
W014 = checks.Warning(
    "Nothing in MIDDLEWARE serves the static files when DEBUG is off.",
    hint="Build MIDDLEWARE with heroku.middleware([…]).",
    id="heroku_support.W014",
)
W015 = checks.Warning(
    "WhiteNoise does not follow SecurityMiddleware, so others run for each file.",
    hint=f"Move {WHITENOISE_MIDDLEWARE} directly below {SECURITY_MIDDLEWARE}.",
    id="heroku_support.W015",
)
W016 = checks.Warning(
    "runserver_nostatic does nothing below staticfiles in INSTALLED_APPS.",
    hint=f"Move {NOSTATIC_APP} above {STATICFILES_APP}.",
    id="heroku_support.W016",
)

LOCAL_STORAGES = (f"{STATICFILES_APP}.storage.", "whitenoise.storage.")
MANIFEST_STORAGE = "ManifestStaticFilesStorage"
MANIFEST = "staticfiles.json"  # ManifestFilesMixin.manifest_name
# Under these names somebody else serves them.
SERVERS = ("whitenoise", "servestatic")
# They need no run for a file; others, CORS headers say, belong above it.
BELOW = ("django.middleware.", "django.contrib.")


def check_root(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    The Python buildpack runs collectstatic in every build (heroku-buildpack-python v351).
    """
    wanted = _is_collected() and not variables().get("DISABLE_COLLECTSTATIC")
    return [E010] if wanted and not setting("STATIC_ROOT") else []


def check_manifest(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    With hashed names a page looks each file up in what collectstatic wrote (Django docs,
    "ManifestStaticFilesStorage"); the slug has it, or will never have it.
    """
    storage, root = _storage(), setting("STATIC_ROOT")
    hashed = text(storage.get("BACKEND")).endswith(MANIFEST_STORAGE)
    # With options it may be lenient, or elsewhere.
    if not (hashed and root and _is_collected() and on_dyno()) or _is_adapted(storage):
        return []
    return [] if _is_file(root, MANIFEST) else [E011]


def check_served(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    The router passes every request on to the app: nothing in front of it has its files
    (Dev Center, "Django and Static Assets").
    """
    elsewhere = "//" in text(setting("STATIC_URL"))
    served = any(name in path.lower() for path in _middleware() for name in SERVERS)
    return [] if elsewhere or served or not _is_collected() else [W014]


def check_order(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Below SecurityMiddleware and above all others of Django (WhiteNoise docs, "Enable
    WhiteNoise").
    """
    paths = _middleware()
    if WHITENOISE_MIDDLEWARE not in paths:
        return []
    position = paths.index(WHITENOISE_MIDDLEWARE)
    above = [path for path in paths[:position] if path != SECURITY_MIDDLEWARE]
    unprotected = SECURITY_MIDDLEWARE in paths[position:]
    late = any(path.startswith(BELOW) for path in above)
    return [W015] if unprotected or late else []


def check_nostatic(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    The first app that has a command wins (Django docs, "Overriding commands"), and
    runserver is staticfiles' too.
    """
    paths = texts(setting("INSTALLED_APPS"))
    above = paths[: paths.index(NOSTATIC_APP)] if NOSTATIC_APP in paths else []
    late = any(f"{path}.".startswith(f"{STATICFILES_APP}.") for path in above)
    return [W016] if late else []


def _storage() -> Mapping[Any, Any]:
    return mapping(mapping(setting("STORAGES")).get("staticfiles"))


def _is_collected() -> bool:
    backend = text(_storage().get("BACKEND"))
    return is_installed(STATICFILES_APP) and backend.startswith(LOCAL_STORAGES)


def _is_adapted(storage: Mapping[Any, Any]) -> bool:
    return (
        bool(storage.get("OPTIONS")) or setting("WHITENOISE_MANIFEST_STRICT") is False
    )


def _is_file(root: Any, name: str) -> bool:
    try:
        return Path(root, name).is_file()
    except (OSError, TypeError, ValueError):
        return False


def _middleware() -> list[str]:
    return texts(setting("MIDDLEWARE"))
