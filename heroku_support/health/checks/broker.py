"""
Can a task be sent: does Celery's broker take a connection?
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from heroku_support.errors import CheckError
from heroku_support.health.checks.call import Call

HERE = "memory://"  # Kombu's own, for this process alone
NAMESPACE = "CELERY"


def find(name: str, *, decides: bool = False, app: str = "") -> list[Call]:
    """
    Return a check of the broker, if the project has one.

    :param app: the dotted path of a Celery app whose settings are not in Django's with the
        prefix ``CELERY_``.
    """
    return (
        [Call(name, partial(look, app), decides=decides)] if app or has_broker() else []
    )


def has_broker() -> bool:
    """
    Whether tasks are sent to other processes.
    """
    url = getattr(settings, f"{NAMESPACE}_BROKER_URL", None) or HERE
    is_eager = getattr(settings, f"{NAMESPACE}_TASK_ALWAYS_EAGER", False)
    return not (is_eager or str(url).startswith(HERE))


@lru_cache(maxsize=1)
def celery_app(path: str) -> Any:
    """
    Return a Celery app with the project's settings.

    Not Celery's current one: each thread has its own, and most of them none.

    :raises CheckError: if there is no Celery.
    """
    if path:
        return import_string(path)
    try:
        from celery import Celery  # here: an extra, and slow
    except ImportError as error:
        raise CheckError("pip install 'django-heroku-support[celery]'") from error
    app = Celery("heroku_support", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace=NAMESPACE)
    return app


def look(path: str) -> None:
    """
    Connect and hang up.
    """
    with celery_app(path).connection_for_write() as connection:
        connection.connect()
