"""
Projects as they are laid out in the wild: what is said of each, and of which nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from tests.manifests.examples import diagnose, write

MANAGE = """\
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{module}")
"""
APPS = """\
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
"""
LOGGING = """\
LOGGING = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"]},
}
"""
SQLITE = """\
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}
}
"""
HEAD = """\
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
"""

# One module, the environment read by os, the database by dj_database_url over SQLite.
PLAIN = f"""{HEAD}
import dj_database_url

SECRET_KEY = os.environ.get("SECRET_KEY")
DEBUG = os.environ.get("DEBUG") == "True"
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "").split(",")
{APPS}{LOGGING}{SQLITE}
DATABASES["default"].update(
    dj_database_url.config(conn_max_age=600, conn_health_checks=True, ssl_require=True)
)
"""
# Like python-getting-started: what holds on a dyno stands in a branch.
BRANCHES = f"""{HEAD}
import secrets

import dj_database_url

SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", default=secrets.token_urlsafe(nbytes=64))
IS_HEROKU_APP = "DYNO" in os.environ and "CI" not in os.environ
if not IS_HEROKU_APP:
    DEBUG = True
if IS_HEROKU_APP:
    ALLOWED_HOSTS = ["shop.example.com"]
    SECURE_SSL_REDIRECT = True
else:
    ALLOWED_HOSTS = [".localhost", "127.0.0.1", "[::1]", "0.0.0.0"]
{APPS}{LOGGING}
if IS_HEROKU_APP:
    DATABASES = {{
        "default": dj_database_url.config(
            env="DATABASE_URL", conn_max_age=600, conn_health_checks=True, ssl_require=True
        ),
    }}
else:
{"".join(f"    {line}" for line in SQLITE.splitlines(keepends=True))}
"""
DECOUPLE = f"""{HEAD}
from decouple import Csv, config
from dj_database_url import parse as db_url

SECRET_KEY = config("SECRET_KEY")
DEBUG = config("DEBUG", default=False, cast=bool)
ALLOWED_HOSTS = config("ALLOWED_HOSTS", default="localhost", cast=Csv())
DATABASES = {{
    "default": config("DATABASE_URL", default=f"sqlite:///{{BASE_DIR}}/db", cast=db_url)
}}
{APPS}{LOGGING}"""
DJANGO_HEROKU = f"""{HEAD}
import django_heroku

SECRET_KEY = "django-insecure-123"
DEBUG = False
ALLOWED_HOSTS = []
{APPS}{SQLITE}
django_heroku.settings(locals())
"""
# Like cookiecutter-django: three modules, django-environ, the production's from the base.
BASE = f"""{HEAD}
import environ

env = environ.Env()
DEBUG = env.bool("DJANGO_DEBUG", False)
DATABASES = {{"default": env.db("DATABASE_URL")}}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
{APPS}
INSTALLED_APPS = ["django.contrib.humanize"] + INSTALLED_APPS
SESSION_COOKIE_HTTPONLY = True
EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
ADMINS = [("Ann", "ann@example.com")]
CELERY_BROKER_URL = env("REDIS_URL")
CELERY_BROKER_USE_SSL = {{"ssl_cert_reqs": 0}}
"""
PRODUCTION = f"""\
from .base import *
from .base import DATABASES, INSTALLED_APPS, env

SECRET_KEY = env("DJANGO_SECRET_KEY")
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=["example.com"])
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
CACHES = {{
    "default": {{
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": env("REDIS_URL"),
        "OPTIONS": {{"IGNORE_EXCEPTIONS": True, "CONNECTION_POOL_KWARGS": {{"ssl_cert_reqs": None}}}},
    }},
}}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("DJANGO_SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 60
INSTALLED_APPS += ["anymail"]
EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
{LOGGING}"""
LOCAL = """\
from .base import *

DEBUG = True
SECRET_KEY = "django-insecure-local"
ALLOWED_HOSTS = ["localhost"]
CELERY_TASK_ALWAYS_EAGER = True
"""
HEROKU = f"""{HEAD}
from heroku_support import Heroku

with Heroku(dotenv=BASE_DIR / ".env") as heroku:
    globals().update(heroku.security())
    DEBUG = heroku.debug()
    SECRET_KEY = heroku.secret_key()
    ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")
    DATABASES = heroku.databases(default=f"sqlite:///{{BASE_DIR / 'db.sqlite3'}}")
    CACHES = heroku.caches()
    STATIC_ROOT = BASE_DIR / "staticfiles"
    STORAGES = heroku.storages()
    LOGGING = heroku.logging()
    INSTALLED_APPS = heroku.installed_apps(["django.contrib.staticfiles"])
    MIDDLEWARE = heroku.middleware(["django.middleware.security.SecurityMiddleware"])
    globals().update(heroku.email())
    globals().update(heroku.celery())
    CHANNEL_LAYERS = heroku.channel_layers()
    globals().update(heroku.geo())
ADMINS = [("Ann", "ann@example.com")]
"""
CLASSES = f"""{HEAD}
from configurations import Configuration


class Production(Configuration):
    DEBUG = True


{SQLITE}INSTALLED_APPS = ["django.contrib.staticfiles"]
"""
ONE = "shop/settings.py"
SPLIT = {
    "config/settings/__init__.py": "",
    "config/settings/base.py": BASE,
    "config/settings/production.py": PRODUCTION,
    "config/settings/local.py": LOCAL,
    "config/wsgi.py": MANAGE.format(module="config.settings.production"),
    "manage.py": MANAGE.format(module="config.settings.local"),
}
WITH_LOCAL = f"""{PLAIN}
try:
    from .local_settings import *
except ImportError:
    pass
"""
QUIET = {
    "plain": {ONE: PLAIN},
    "branches": {ONE: BRANCHES},
    "decouple": {ONE: DECOUPLE},
    "django-heroku": {ONE: DJANGO_HEROKU},
    "split": SPLIT,
    "heroku-support": {ONE: HEROKU},
    "local_settings": {ONE: WITH_LOCAL},
    "classes": {ONE: CLASSES},
    "pieces": {
        ONE: f"{HEAD}from split_settings.tools import include\n{SQLITE}{APPS}"
        "include('components/*.py')\n"
    },
    "dynaconf": {
        ONE: f"{HEAD}import dynaconf\n{SQLITE}{APPS}"
        "settings = dynaconf.DjangoDynaconf(__name__)\n"
    },
    "another framework": {ONE: "DEBUG = True\nSECRET_KEY = 'x'\nBOT_NAME = 'y'\n"},
}


def said(root: Path) -> dict[str, str]:
    found = diagnose(root).findings
    return {
        each.rule: f"{each.path}:{each.line}"
        for each in found
        if each.path.endswith(".py") and each.severity != "info"
    }


@pytest.mark.parametrize("layout", QUIET)
def test_of_a_project_that_is_fit_for_heroku_nothing_is_said(layout: str, tmp_path):
    assert said(write(tmp_path, QUIET[layout])) == {}


def test_the_settings_of_the_web_process_are_read_and_not_those_of_manage_py(tmp_path):
    write(tmp_path, {**SPLIT, "Procfile": "web: gunicorn config.wsgi\n"})

    assert said(tmp_path) == {}


def test_a_config_var_in_a_file_decides_which_settings_are_read(tmp_path: Path):
    variables = '{"env": {"DJANGO_SETTINGS_MODULE": "config.settings.local"}}'
    write(tmp_path, {**SPLIT, "app.json": variables})

    assert said(tmp_path) == {
        "debug-on": "config/settings/local.py:3",
        "secret-key": "config/settings/local.py:4",
        "hosts-missing": "config/settings/local.py:5",
        "celery-eager": "config/settings/local.py:6",
    }


def test_what_startproject_writes_is_told_what_keeps_it_from_running(tmp_path: Path):
    call_command("startproject", "shop", str(tmp_path))
    rules = set(said(tmp_path))

    assert rules - {"mail-local"} == {
        "database-sqlite",
        "debug-on",
        "hosts-missing",
        "secret-key",
        "static-root-missing",
        "static-unserved",
    }
