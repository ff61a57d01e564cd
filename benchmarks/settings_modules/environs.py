"""
Read the environment with environs, whose Django extra is dj-database-url.
"""

from __future__ import annotations

from pathlib import Path

from environs import Env

from settings_modules import startproject

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["www.example.com"])
DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL", conn_max_age=600, conn_health_checks=True, ssl_require=True
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
