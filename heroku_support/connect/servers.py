"""
Ask every database and store that the settings name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connections

from heroku_support import variables
from heroku_support.connect import key_value, postgres
from heroku_support.connect.deadline import DEADLINE, answers
from heroku_support.dyno import Dyno
from heroku_support.manifests.live import Database, Live, Server, Store
from heroku_support.redaction import Redactor, one_line
from heroku_support.settings.databases import DUMMY

SET_BY = "WEB_CONCURRENCY_SET_BY"  # heroku-buildpack-python v351
NOT_ASKED = (DUMMY, "django.db.backends.sqlite3")


def ask_servers(root: Path, dyno: Dyno, *, seconds: float = DEADLINE) -> Live:
    """
    Return what they told; of those that did not answer, why.

    :param root: the project's folder.
    :param seconds: how long they may take, all of them together.
    """
    hide = Redactor({**dyno.vars, **_passwords()}).text
    questions: list[Callable[[], Server]] = []
    unreached: list[Callable[[str], Server]] = []
    for alias in connections:
        if connections.settings[alias]["ENGINE"] not in NOT_ASKED:
            questions.append(partial(postgres.ask, alias, root, dyno))
            unreached.append(partial(postgres.unreached, alias, root))
    for lead in key_value.leads():
        questions.append(partial(key_value.ask, lead, root))
        unreached.append(partial(key_value.unreached, lead, root))
    servers = [
        blank(hide(one_line(answer))) if isinstance(answer, Exception) else answer
        for answer, blank in zip(
            answers(questions, seconds=seconds), unreached, strict=True
        )
    ]
    live = Live(
        is_asked=True,
        databases=tuple(each for each in servers if isinstance(each, Database)),
        stores=tuple(each for each in servers if isinstance(each, Store)),
    )
    # Elsewhere, and where the buildpack has set it for a one-off dyno, it says nothing of the
    # dynos that serve.
    if not dyno.is_heroku or SET_BY in dyno.vars:
        return live
    return replace(
        live,
        web_concurrency=variables.web_concurrency(dyno.vars),
        celery_concurrency=getattr(settings, "CELERY_WORKER_CONCURRENCY", None),
    )


def _passwords() -> dict[str, str]:
    """
    Return those of the settings, which need not stand in any variable.
    """
    databases = {
        f"{alias}_PASSWORD": str(connections.settings[alias]["PASSWORD"])
        for alias in connections
    }
    stores = {
        f"{number}_PASSWORD": lead.url.password
        for number, lead in enumerate(key_value.leads())
    }
    return {**databases, **stores}
