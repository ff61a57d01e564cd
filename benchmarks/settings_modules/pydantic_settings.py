"""
Read the environment with pydantic-settings, the URL with dj-database-url.
"""

from __future__ import annotations

from pathlib import Path

import dj_database_url
from pydantic_settings import BaseSettings

from settings_modules import startproject

BASE_DIR = Path(__file__).resolve().parent.parent


class Environment(BaseSettings):
    """
    The variables this project reads.
    """

    debug: bool = False
    secret_key: str
    allowed_hosts: list[str] = ["www.example.com"]
    database_url: str


environment = Environment()

DEBUG = environment.debug
SECRET_KEY = environment.secret_key
ALLOWED_HOSTS = environment.allowed_hosts
DATABASES = {
    "default": dj_database_url.parse(
        environment.database_url,
        conn_max_age=600,
        conn_health_checks=True,
        ssl_require=True,
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
