"""
Write a project with many migrations, none of them pending.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

FEW, SOME, MANY = 100, 1000, 3000
APPS = 20
SUPERUSER = {
    "DJANGO_SUPERUSER_USERNAME": "ada",
    "DJANGO_SUPERUSER_EMAIL": "ada@example.com",
    "DJANGO_SUPERUSER_PASSWORD": "Correct-Horse-9",
}
SETTINGS = f"""
import os

import dj_database_url

SECRET_KEY = "benchmark-only-k3q9vfz7x2m5w8t1r6y4u0p-n1c7b5d3"
DATABASES = {{"default": dj_database_url.parse(os.environ["DATABASE_URL"])}}
CACHES = {{
    "default": {{"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
}}
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "heroku_support",
    *[f"app{{number:02}}" for number in range({APPS})],
]
MIDDLEWARE = [
    "heroku_support.middleware.HerokuMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {{
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        }},
    }}
]
ROOT_URLCONF = "release_urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
HEROKU_SUPPORT_RELEASE_SUPERUSER = True
"""
MANAGE = """
import sys

from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
"""
# The contrib apps' migrations are run, the many others recorded: none of them is pending.
PREPARE = """
import django

django.setup()

from django.core.management import call_command
from django.apps import apps

for label in ("admin", "auth", "contenttypes", "sessions"):
    call_command("migrate", label, verbosity=0)
call_command("createcachetable", verbosity=0)
call_command("createsuperuser", interactive=False, verbosity=0)
call_command("migrate", fake=True, verbosity=0)
call_command("migrate", verbosity=0)
"""
ONE_PROCESS = """
import django

django.setup()

from django.core.management import CommandError, call_command

call_command("migrate")
try:
    call_command("createsuperuser", interactive=False)
except CommandError:  # it is there
    pass
call_command("createcachetable")
call_command("check", deploy=True)
"""
FIRST = """
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            "Thing",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=100)),
            ],
        )
    ]
"""
# The models stay as large as they are, or Django itself would take longer to set up.
NEXT = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("{app}", "{before}")]
    operations = [
        migrations.AlterField("thing", "name", models.CharField(max_length={length}))
    ]
"""
MODEL = """
from django.db import models


class Thing(models.Model):
    name = models.CharField(max_length={length})
"""
SHORTEST = 100


def write_project(folder: Path, migrations: int) -> None:
    """
    Write it into a folder that is not there yet.
    """
    folder.mkdir(parents=True)
    files = {
        "release_settings.py": SETTINGS,
        "release_urls.py": "urlpatterns = []\n",
        "manage.py": MANAGE,
        "prepare.py": PREPARE,
        "one_process.py": ONE_PROCESS,
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    for number in range(APPS):
        _write_app(folder / f"app{number:02}", migrations // APPS)


def _write_app(folder: Path, migrations: int) -> None:
    names = [f"{number:04}_step" for number in range(1, migrations + 1)]
    (folder / "migrations").mkdir(parents=True)
    for place in (folder, folder / "migrations"):
        (place / "__init__.py").touch()
    (folder / "models.py").write_text(MODEL.format(length=SHORTEST + migrations - 1))
    (folder / "migrations" / f"{names[0]}.py").write_text(FIRST)
    for number, (before, name) in enumerate(pairwise(names), start=1):
        text = NEXT.format(app=folder.name, before=before, length=SHORTEST + number)
        (folder / "migrations" / f"{name}.py").write_text(text)
