"""
Settings of a small project for the package's own tests.
"""

from __future__ import annotations

from heroku_support import Heroku

with Heroku({"SECRET_KEY": "for-tests-only"}) as heroku:
    globals().update(heroku.security())
    DEBUG = heroku.debug()
    SECRET_KEY = heroku.secret_key()
    ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")
    DATABASES = heroku.databases(default="sqlite://:memory:")
    STORAGES = heroku.storages()
    INSTALLED_APPS = heroku.installed_apps(
        ["django.contrib.auth", "django.contrib.contenttypes"]
    )
    MIDDLEWARE = heroku.middleware(
        [
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.common.CommonMiddleware",
        ]
    )

ROOT_URLCONF = "tests.urls"
STATIC_URL = "/static/"
USE_TZ = True
