"""
Read DATABASE_URL with dj-database-url, the rest with os.environ.
"""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url

from settings_modules import startproject

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("DEBUG", "").lower() == "true"
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "www.example.com").split(",")
DATABASES = {
    "default": dj_database_url.config(
        conn_max_age=600, conn_health_checks=True, ssl_require=True
    )
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
