"""
What each peer serves, as its documentation says: the application that PEER names.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HERE = Path(os.environ["STATIC_FOLDER"])
KILOBYTES_10 = b"x" * 10_240
SETTINGS: dict[str, Any] = {
    "ALLOWED_HOSTS": ["*"],
    "DATABASES": {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "db"}
    },
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "INSTALLED_APPS": [
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    "LOGGING_CONFIG": None,
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    "ROOT_URLCONF": "health_urls",
    "SECRET_KEY": "benchmark-only-k3q9vfz7x2m5w8t1r6y4u0p-n1c7b5d3",
    "STATIC_ROOT": HERE / "staticfiles",
    "STATIC_URL": "/static/",
    "STORAGES": {
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        }
    },
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    "USE_TZ": True,
}
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
OURS = "heroku_support.middleware.HerokuMiddleware"


def raw(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """
    Answer without any framework, ten kilobytes where they are asked for.
    """
    body = KILOBYTES_10 if environ["PATH_INFO"] == "/10k" else b"ok"
    start_response(
        "200 OK",
        [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))],
    )
    return [body]


def django_application(peer: str) -> Callable[..., Any]:
    """
    Return Django's application with what the peer asks for.
    """
    from django.conf import settings

    found = {**SETTINGS, "INSTALLED_APPS": [*SETTINGS["INSTALLED_APPS"]]}
    found["MIDDLEWARE"] = [found["MIDDLEWARE"][0], WHITENOISE, *found["MIDDLEWARE"][1:]]
    if peer == "peers":
        found["INSTALLED_APPS"].append("health_check")
        found["WATCHMAN_CHECKS"] = ("watchman.checks.databases",)
    if peer == "ours":
        found["INSTALLED_APPS"].append("heroku_support")
        found["MIDDLEWARE"].insert(0, OURS)
    settings.configure(**found)

    if "ASGI" in peer:
        from django.core.asgi import get_asgi_application

        return get_asgi_application()
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


PEER = os.environ["PEER"]
application = raw if PEER == "raw" else django_application(PEER)
