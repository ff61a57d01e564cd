"""
Does anybody run the tasks that are sent?
"""

from __future__ import annotations

from functools import partial

from heroku_support.conf import conf
from heroku_support.errors import CheckError
from heroku_support.health.checks.broker import celery_app, has_broker
from heroku_support.health.checks.call import Call

PATIENCE = 0.5  # of the time that a check has: what is left is for connecting


def find(name: str, *, decides: bool = False, app: str = "") -> list[Call]:
    """
    Return a check whether a Celery worker answers, if the project has a broker.

    :param app: as for the broker.
    """
    return (
        [Call(name, partial(look, app), decides=decides)] if app or has_broker() else []
    )


def look(path: str) -> None:
    """
    Ask all workers, and wait for the first.

    :raises CheckError: if none answers.
    """
    app = celery_app(path)
    seconds = conf.HEROKU_SUPPORT_CHECK_TIMEOUT * PATIENCE
    with app.connection_for_write() as connection:
        mailbox = app.control.mailbox(connection)
        # The app's own pool, which it would take, keeps its connections.
        mailbox.producer_pool = None
        if not mailbox.multi_call("ping", timeout=seconds, limit=1):
            raise CheckError("no worker answered: heroku ps:scale worker=1")
