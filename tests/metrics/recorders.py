"""
Give tests a recorder of their own process, which otherwise has none.
"""

from __future__ import annotations

from heroku_support.metrics import slots
from heroku_support.metrics.pusher import Pusher
from heroku_support.metrics.recorder import Recorder


def private_recorder(*, quota: int | None = None) -> Recorder:
    """
    Return a recorder that shares nothing and reports nowhere.

    :param quota: of memory, in bytes.
    """
    return Recorder(
        slots.private,
        lambda own: Pusher(own, [], interval=20, quota=None),
        port=None,
        interval=20,
        quota=quota,
    )
