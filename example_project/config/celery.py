"""
The survey's Celery application: ``celery -A config worker``, ``celery -A config beat``.

``places.tasks`` imports it, and nothing else does: ``manage.py`` commands that run no task
start without it.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# By the clock: a beat that starts anew forgets how long ago it was that something ran.
app.conf.beat_schedule = {
    "daily digest": {
        "task": "places.tasks.daily_digest",
        "schedule": crontab(hour="6", minute="0"),
    },
}
