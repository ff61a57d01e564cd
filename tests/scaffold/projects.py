"""
Projects as their authors have them before Heroku, in a folder of the test's own.
"""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command

from tests.processes import Project

CELERY = """\
import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {}
"""
CHANNELS = """
ASGI_APPLICATION = 'shop.asgi.application'

CHANNEL_LAYERS = {
    'default': {
        'BACKEND': 'channels_redis.core.RedisChannelLayer',
        'CONFIG': {'hosts': [('127.0.0.1', 6379)]},
    },
}

CELERY_BROKER_URL = 'redis://localhost:6379/1'
CELERY_RESULT_BACKEND = 'redis://localhost:6379/1'
"""
POSTGIS = """\
DATABASES = {
    'default': {
        'ENGINE': 'django.contrib.gis.db.backends.postgis',
        'NAME': 'shop',
        'USER': 'shop',
        'PASSWORD': 'Kf8-wQz2',
        'HOST': 'localhost',
    }
}
"""


def plain(directory: Path) -> Project:
    """
    What startproject makes, and nothing else.
    """
    directory.mkdir()
    call_command("startproject", "shop", str(directory))
    return Project(directory)


def with_tasks_and_channels(directory: Path) -> Project:
    """
    A project with Celery and Channels, both with a Redis on its author's machine.
    """
    project = plain(directory)
    (directory / "shop" / "celery.py").write_text(CELERY)
    settings = directory / "shop" / "settings.py"
    text = settings.read_text().replace(
        "INSTALLED_APPS = [\n", "INSTALLED_APPS = [\n    'channels',\n"
    )
    settings.write_text(text + CHANNELS)
    (directory / "requirements.txt").write_text(
        "Django~=5.2.0\ncelery[redis]>=5.5\nchannels\n"
    )
    return project


def with_places(directory: Path) -> Project:
    """
    A GeoDjango project, with a PostGIS on its author's machine.
    """
    project = plain(directory)
    settings = directory / "shop" / "settings.py"
    text = settings.read_text()
    start = text.index("DATABASES = {")
    end = text.index("}\n}\n", start) + 4
    text = f"{text[:start]}{POSTGIS}{text[end:]}"
    settings.write_text(
        text.replace(
            "INSTALLED_APPS = [\n", "INSTALLED_APPS = [\n    'django.contrib.gis',\n"
        )
    )
    (directory / "requirements.txt").write_text("Django~=5.2.0\npsycopg[binary]\n")
    return project
