"""
Read the environment with every helper of heroku_support.
"""

from __future__ import annotations

from pathlib import Path

from heroku_support import Heroku
from settings_modules import startproject

BASE_DIR = Path(__file__).resolve().parent.parent

with Heroku(dotenv=BASE_DIR / ".env") as heroku:
    globals().update(heroku.security())
    DEBUG = heroku.debug()
    SECRET_KEY = heroku.secret_key()
    SECRET_KEY_FALLBACKS = heroku.secret_key_fallbacks()
    ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")
    CSRF_TRUSTED_ORIGINS = heroku.csrf_trusted_origins("www.example.com")
    DATABASES = heroku.databases(default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
    CACHES = heroku.caches()
    STATIC_URL = "static/"
    STATIC_ROOT = BASE_DIR / "staticfiles"
    STORAGES = heroku.storages()
    LOGGING = heroku.logging()
    INSTALLED_APPS = heroku.installed_apps(startproject.INSTALLED_APPS)
    MIDDLEWARE = heroku.middleware(startproject.MIDDLEWARE)
    globals().update(heroku.email())
    globals().update(heroku.celery())
    HAYSTACK_CONNECTIONS = heroku.haystack_connections()
    CHANNEL_LAYERS = heroku.channel_layers()
    RQ_QUEUES = heroku.rq_queues()
    globals().update(heroku.geo())
    SENTRY = heroku.sentry()
