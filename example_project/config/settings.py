"""
Settings of the survey; what the environment decides comes from heroku_support.
"""

from __future__ import annotations

from pathlib import Path

from heroku_support import Heroku

BASE_DIR = Path(__file__).resolve().parent.parent

with Heroku(dotenv=BASE_DIR / ".env") as heroku:
    globals().update(heroku.security())  # first: what stands below is ours and wins
    DEBUG = heroku.debug()
    SECRET_KEY = heroku.secret_key()
    SECRET_KEY_FALLBACKS = heroku.secret_key_fallbacks()
    ALLOWED_HOSTS = heroku.allowed_hosts()
    CSRF_TRUSTED_ORIGINS = heroku.csrf_trusted_origins()
    # The map needs PostGIS and GDAL, so it is asked for and not guessed.
    WITH_MAP = heroku.dyno.vars.get("WITH_MAP", "").strip().lower() == "true"
    MAP_APPS = ["maps", "django.contrib.gis"] if WITH_MAP else []
    POSTGIS = "django.contrib.gis.db.backends.postgis"
    DATABASES = heroku.databases(
        default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}",
        engine=POSTGIS if WITH_MAP else None,
    )
    if WITH_MAP:
        globals().update(heroku.geo())
    CACHES = heroku.caches()
    STORAGES = heroku.storages()
    LOGGING = heroku.logging()
    globals().update(heroku.email())
    globals().update(heroku.celery())
    INSTALLED_APPS = heroku.installed_apps(
        [
            *MAP_APPS,  # above places: a template of theirs replaces one of its
            "places",
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
        ]
    )
    MIDDLEWARE = heroku.middleware(
        [
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ]
    )

# A cache in memory is one for each process, none of which hears what another is told.
FRONT_PAGE_SECONDS = 0 if "locmem" in CACHES["default"]["BACKEND"] else 60

# On Heroku CI with a database that cannot create another, tests run in that one.
TEST_RUNNER = "heroku_support.testing.HerokuRunner"

# The release makes the superuser named by DJANGO_SUPERUSER_* in every app, not
# only in review apps: whoever deploys this example can open its admin at once.
HEROKU_SUPPORT_RELEASE_SUPERUSER = True

# Whether HSTS is for subdomains too, and preloaded, is for who has a domain of their own.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en-gb"
USE_I18N = False
TIME_ZONE = "Europe/London"
USE_TZ = True
CELERY_TIMEZONE = TIME_ZONE

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
