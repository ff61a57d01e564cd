"""
Settings of a project that has users, and nothing that a release could do without.

Most tests of the release start processes; they need not import the example's Celery and admin.
"""

from __future__ import annotations

from pathlib import Path

from heroku_support import Heroku

BASE_DIR = Path(__file__).resolve().parent.parent

with Heroku() as heroku:
    globals().update(heroku.security())
    DEBUG = heroku.debug()
    SECRET_KEY = heroku.secret_key()
    ALLOWED_HOSTS = heroku.allowed_hosts()
    DATABASES = heroku.databases(default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
    CACHES = heroku.caches()
    STORAGES = heroku.storages()
    LOGGING = heroku.logging()
    INSTALLED_APPS = heroku.installed_apps(
        [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
        ]
    )
    MIDDLEWARE = heroku.middleware(
        [
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ]
    )

HEROKU_SUPPORT_RELEASE_SUPERUSER = True
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
USE_I18N = False
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
