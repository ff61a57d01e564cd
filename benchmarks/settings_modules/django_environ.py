"""
Read the environment with django-environ.
"""

from __future__ import annotations

from pathlib import Path

import environ

from settings_modules import startproject

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["www.example.com"])
DATABASES = {
    "default": {
        **env.db("DATABASE_URL"),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"sslmode": "require"},
    }
}

STATIC_URL = "static/"
LOGGING = startproject.LOGGING
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
INSTALLED_APPS = ["whitenoise.runserver_nostatic", *startproject.INSTALLED_APPS]
MIDDLEWARE = [
    startproject.MIDDLEWARE[0],
    "whitenoise.middleware.WhiteNoiseMiddleware",
    *startproject.MIDDLEWARE[1:],
]
