"""
A settings module that uses every helper, with each of its arguments.
"""

from __future__ import annotations

from pathlib import Path

from heroku_support import Heroku

BASE_DIR = Path(__file__).resolve().parent

with Heroku(dotenv=BASE_DIR / ".env") as heroku:
    globals().update(heroku.security(SECURE_HSTS_PRELOAD=True))
    DEBUG = heroku.debug()
    SECRET_KEY = heroku.secret_key()
    SECRET_KEY_FALLBACKS = heroku.secret_key_fallbacks()
    ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")
    CSRF_TRUSTED_ORIGINS = heroku.csrf_trusted_origins("www.example.com")
    DATABASES = heroku.databases(
        default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}",
        conn_max_age=60,
        followers=False,
        pool={"max_size": 4},
        ssl="verify",
        engine="django.contrib.gis.db.backends.postgis",
    )
    CACHES = heroku.caches(key_prefix="shop", verify="none")
    KEY_VALUE_URL = heroku.key_value_url(verify="none")
    STATIC_ROOT = BASE_DIR / "staticfiles"
    STORAGES = heroku.storages(public=True)
    LOGGING = heroku.logging()
    INSTALLED_APPS = heroku.installed_apps(["django.contrib.staticfiles"])
    MIDDLEWARE = heroku.middleware(["django.middleware.security.SecurityMiddleware"])
    globals().update(heroku.email(EMAIL_TIMEOUT=5))
    globals().update(heroku.celery(verify="none", CELERY_RESULT_BACKEND=None))
    HAYSTACK_CONNECTIONS = heroku.haystack_connections(index="shop")
    CHANNEL_LAYERS = heroku.channel_layers(verify="none")
    RQ_QUEUES = heroku.rq_queues("default", "mail", verify="none")
    globals().update(heroku.geo())
    SENTRY = heroku.sentry()

DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"].setdefault("OPTIONS", {})["application_name"] = "shop"
CACHES["sessions"] = CACHES["default"].copy()
MIDDLEWARE += ["django.middleware.common.CommonMiddleware"]
ALLOWED_HOSTS.append("shop.example.com")
REGION: str | None = heroku.dyno.vars.get("AWS_REGION")
