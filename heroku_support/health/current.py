"""
The readiness of this process, as the settings want it.
"""

from __future__ import annotations

import os
from functools import cache
from threading import Lock
from typing import Any

from django.core.signals import setting_changed
from django.dispatch import receiver

from heroku_support.conf import conf
from heroku_support.health import configured
from heroku_support.health.board import Board
from heroku_support.health.readiness import Readiness
from heroku_support.metrics import current as metrics

_making = Lock()


def current() -> Readiness:
    """
    Return the one that everybody in this process asks.
    """
    with _making:  # two that are asked at once for the first time would both look
        return _made()


@cache
def _made() -> Readiness:
    """
    Return one for the settings as they are.
    """
    found = Readiness(
        configured.checks(),
        timeout=conf.HEROKU_SUPPORT_CHECK_TIMEOUT,
        ttl=conf.HEROKU_SUPPORT_CHECK_TTL,
        board=board,
    )
    register_at_fork = getattr(os, "register_at_fork", None)  # not on Windows
    if register_at_fork:
        register_at_fork(after_in_child=found.forget)
    return found


def board() -> Board | None:
    """
    Return where the processes of the dyno share their report; None where nothing is measured.
    """
    recorder = metrics.current()
    return Board(recorder.slots()) if recorder else None


@receiver(setting_changed)
def forget(**kwargs: Any) -> None:
    """
    Make another one when a test changes a setting.
    """
    _made.cache_clear()
