"""
The system checks of a whole project that uses every helper: silent, wherever it runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.processes import Project
from tests.settings.places import BUILD, CI, FIR, LOCAL, RELEASE, RUN, WEB

SETTINGS = """
from pathlib import Path

from heroku_support import Heroku

BASE_DIR = Path(__file__).resolve().parent.parent

with Heroku() as heroku:
    globals().update(heroku.security())
    DEBUG = heroku.debug()
    SECRET_KEY = heroku.secret_key()
    SECRET_KEY_FALLBACKS = heroku.secret_key_fallbacks()
    ALLOWED_HOSTS = heroku.allowed_hosts()
    CSRF_TRUSTED_ORIGINS = heroku.csrf_trusted_origins()
    DATABASES = heroku.databases(default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
    CACHES = heroku.caches()
    STATIC_ROOT = BASE_DIR / "staticfiles"
    STORAGES = heroku.storages()
    LOGGING = heroku.logging()
    INSTALLED_APPS = heroku.installed_apps([
        "shop",
        "channels",
        "haystack",
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ])
    MIDDLEWARE = heroku.middleware([
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.cache.UpdateCacheMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ])
    globals().update(heroku.email())
    globals().update(heroku.celery())
    HAYSTACK_CONNECTIONS = heroku.haystack_connections()
    CHANNEL_LAYERS = heroku.channel_layers()
    RQ_QUEUES = heroku.rq_queues("default")
    globals().update(heroku.geo())
    SENTRY = heroku.sentry()

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
ADMINS = ["ops@example.com"] if __import__("django").VERSION >= (6, 0) else [
    ("Ops", "ops@example.com")
]
ROOT_URLCONF = "config.urls"
STATIC_URL = "static/"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]
"""
FILES = {
    "config/__init__.py": "import config.celery",
    "config/celery.py": """
from celery import Celery

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
""",
    "config/settings.py": SETTINGS,
    "config/urls.py": """
from django.contrib import admin
from django.contrib.auth.views import PasswordResetView
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("reset/", PasswordResetView.as_view(), name="password_reset"),
]
""",
    "shop/__init__.py": "",
    "shop/models.py": """
from django.db import models


class Article(models.Model):
    id = models.BigAutoField(primary_key=True)
    picture = models.FileField()
""",
    "manage.py": """
import os
import sys

from django.core.management import execute_from_command_line

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
execute_from_command_line(sys.argv)
""",
}

HOST = "ec2-1-2-3-4.compute-1.amazonaws.com"
ADDONS = {
    "SECRET_KEY": "0123456789" * 5,
    "HEROKU_APP_DEFAULT_DOMAIN_NAME": "shop-0123456789ab.herokuapp.com",
    "DATABASE_URL": f"postgres://u:p@{HOST}:5432/d",
    "DATABASE_CONNECTION_POOL_URL": f"postgres://u:p@{HOST}:5433/d",
    "HEROKU_POSTGRESQL_BRONZE_URL": f"postgres://u:p@{HOST}:5432/follower",
    "REDIS_URL": f"rediss://:p@{HOST}:6380",
    "CLOUDAMQP_URL": "amqps://u:p@shop.rmq.cloudamqp.com/v",
    "BONSAI_URL": "https://u:p@shop.us-east-1.bonsaisearch.net:443",
    "BUCKETEER_AWS_ACCESS_KEY_ID": "key",
    "BUCKETEER_AWS_SECRET_ACCESS_KEY": "secret",
    "BUCKETEER_AWS_REGION": "us-east-1",
    "BUCKETEER_BUCKET_NAME": "shop",
    "MAILGUN_SMTP_SERVER": "smtp.mailgun.org",
    "MAILGUN_SMTP_PORT": "587",
    "MAILGUN_SMTP_LOGIN": "postmaster@example.com",
    "MAILGUN_SMTP_PASSWORD": "p",
    "SENTRY_DSN": "https://key@sentry.example.com/1",
}
BARE = {name: ADDONS[name] for name in ("SECRET_KEY", "DATABASE_URL")}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """
    The project as it lies on a dyno, its static files collected.
    """
    directory = tmp_path_factory.mktemp("shop")
    for name, text in FILES.items():
        directory.joinpath(name).parent.mkdir(exist_ok=True)
        directory.joinpath(name).write_text(text)
    shop = Project(directory)
    collected = shop.manage("collectstatic", "--no-input", **BUILD)
    assert collected.returncode == 0, collected.stderr
    return shop


def ids(project: Project, environ: Mapping[str, str], *arguments: str) -> list[str]:
    """
    Return the ids of what ``manage.py check`` says, which must not fall over.
    """
    run = project.manage("check", *arguments, **environ)
    assert "Traceback" not in run.stderr, run.stderr
    return sorted(re.findall(r"^\S*: \((\S+)\)", run.stdout + run.stderr, re.MULTILINE))


@pytest.mark.parametrize(
    "place",
    [
        {**LOCAL, "DEBUG": "true"},
        {**LOCAL, "SECRET_KEY": ADDONS["SECRET_KEY"]},
        CI,
        BUILD,
        {**BUILD, **ADDONS},
    ],
)
def test_nothing_is_said_off_a_dyno(project: Project, place: dict[str, str]):
    found = ids(project, place, "--deploy")

    assert [each for each in found if each.startswith("heroku_support")] == []


# A year of HSTS for every subdomain, and the browsers' list, are asked for.
DJANGOS_OWN = ["security.W005", "security.W021"]


@pytest.mark.parametrize("place", [RELEASE, RUN, WEB, FIR])
def test_nothing_is_said_on_a_dyno_that_has_every_addon(
    project: Project, place: dict[str, str]
):
    assert ids(project, {**place, **ADDONS}, "--deploy") == DJANGOS_OWN


def test_an_addon_that_is_missing_is_heard_of_where_it_is_used(project: Project):
    found = ids(project, {**WEB, **BARE})

    assert found == [
        "heroku_support.E009",
        *(f"heroku_support.W0{number}" for number in MISSING),
    ]


# Sessions and pages in the cache, messages, search, mail.
MISSING = ["07", "08", "12", "13", "21"]


def test_a_release_before_the_first_database_is_no_error(project: Project):
    environ = {**RELEASE, **ADDONS}
    del environ["DATABASE_URL"], environ["DATABASE_CONNECTION_POOL_URL"]

    assert ids(project, environ) == []


def test_no_secret_is_said(project: Project):
    secret = "canary-of-a-password"
    environ = {
        **WEB,
        **{name: value.replace(":p@", f":{secret}@") for name, value in ADDONS.items()},
        "REDIS_URL": f"redis://:{secret}@{HOST}:6379",
        "DEBUG": "true",
    }
    run = project.manage("check", "--deploy", **environ)

    assert "heroku_support.W009" in run.stderr
    assert secret not in run.stdout + run.stderr


def test_the_example_is_clean(example: Project):
    environ = {**WEB, **BARE, "HEROKU_APP_DEFAULT_DOMAIN_NAME": "a-1.herokuapp.com"}

    assert ids(example, {"DEBUG": "true"}) == []
    assert ids(example, environ) == []
    # Its task runs in the request until there is a broker.
    assert ids(example, environ, "--deploy") == ["heroku_support.W010"]
